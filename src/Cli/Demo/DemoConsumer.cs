using System.Diagnostics;
using System.Security.Cryptography;
using LogStore.Client;
using LogStore.Records;

namespace LogStore.Cli.Demo;

/// <summary>What was consumed.</summary>
/// <param name="Records">How many records.</param>
/// <param name="Bytes">The bytes of the text that they make.</param>
/// <param name="Sha256">Its SHA-256, in hexadecimal digits.</param>
/// <param name="Epochs">The leader epochs that the records are of, in order.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record DemoConsumption(
    long Records, long Bytes, string Sha256, IReadOnlyList<int> Epochs, TimeSpan Elapsed)
{
    /// <summary>Consumes a partition from its beginning to its end, and makes the text of it again.</summary>
    /// <param name="cluster">The brokers.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="endsWithNewline">Whether there is a newline behind the last record.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<DemoConsumption> RunAsync(
        ClientOptions cluster, TopicPartition partition, bool endsWithNewline, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        await using Consumer consumer = new(new ConsumerOptions
        {
            BootstrapServers = cluster.BootstrapServers,
            AutoOffsetReset = AutoOffsetReset.Earliest,
        });
        IReadOnlyDictionary<TopicPartition, OffsetResult> ends = await consumer.ListOffsetsAsync(
            new Dictionary<TopicPartition, OffsetSpec> { [partition] = OffsetSpec.Latest }, cancellationToken);
        long end = ends[partition].Offset;
        consumer.Assign(partition);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        List<int> epochs = [];
        long records = 0;
        long bytes = 0;
        for (long next = 0; next < end;)
        {
            ConsumedBatch batch = await consumer.ReadBatchAsync(cancellationToken);
            next = batch.NextOffset;
            if (epochs.Count == 0 || epochs[^1] != batch.Batch.LeaderEpoch) epochs.Add(batch.Batch.LeaderEpoch);
            foreach (RecordView record in batch)
            {
                if (records++ > 0) Append("\n"u8);
                Append(record.Value.Span);
            }
        }

        if (endsWithNewline) Append("\n"u8);
        return new DemoConsumption(
            records, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()), epochs, Stopwatch.GetElapsedTime(started));

        void Append(ReadOnlySpan<byte> span)
        {
            hash.AppendData(span);
            bytes += span.Length;
        }
    }
}
