using LogStore.Producers;
using LogStore.Records;
using Xunit;

namespace LogStore.Tests.Replication;

/// <summary>What two replicas of a log must agree in.</summary>
internal static class LogContent
{
    public static async Task<List<byte[]>> BatchesAsync(this Log log)
    {
        List<byte[]> batches = [];
        await foreach (RecordBatch batch in log.ReadAsync(log.LogStartOffset)) batches.Add(batch.Bytes.ToArray());
        return batches;
    }

    /// <summary>The batches of a log back to back, as a leader sends them.</summary>
    public static async Task<byte[]> BytesAsync(this Log log) => [.. (await log.BatchesAsync()).SelectMany(batch => batch)];

    /// <summary>Completes when the log has told its listeners that it is durable up to an offset.</summary>
    public static async Task FlushedToAsync(this Log log, long offset)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (log.FlushedOffset >= offset) reached.TrySetResult();
        }

        log.AddFlushListener(Look);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
        log.RemoveFlushListener(Look);
    }

    /// <summary>Checks that two logs hold the same batches, byte for byte, and say the same of epochs and producers.</summary>
    public static async Task AssertSameAsync(Log expected, Log actual)
    {
        Assert.Equal(expected.LogEndOffset, actual.LogEndOffset);
        Assert.Equal(await expected.BatchesAsync(), await actual.BatchesAsync());
        Assert.Equal(expected.LatestEpoch, actual.LatestEpoch);
        for (int epoch = 0; epoch <= expected.LatestEpoch; epoch++)
            Assert.Equal(expected.EndOffsetForEpoch(epoch), actual.EndOffsetForEpoch(epoch));
        Assert.Equal(Producers(expected), Producers(actual));
    }

    private static List<ActiveProducer> Producers(Log log) => [.. log.ListProducers().OrderBy(producer => producer.ProducerId)];
}
