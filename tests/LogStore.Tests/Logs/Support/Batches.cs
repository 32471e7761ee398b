using System.Text;
using LogStore.Records;

namespace LogStore.Tests.Logs.Support;

/// <summary>Batches of text, in memory of their own.</summary>
internal static class Batches
{
    public static RecordBatch Of(params ReadOnlySpan<string> values) => Build(null, 0, values);

    public static RecordBatch At(long timestamp, params ReadOnlySpan<string> values) => Build(null, timestamp, values);

    /// <summary>A batch of an idempotent producer; its records take the sequences from <paramref name="sequence"/> on.</summary>
    public static RecordBatch Produced(long producer, short epoch, int sequence, params ReadOnlySpan<string> values) =>
        Build((producer, epoch, sequence), 0, values);

    public static RecordBatch Build(
        (long Id, short Epoch, int Sequence)? producer, long timestamp, params ReadOnlySpan<string> values)
    {
        using RecordBatchBuilder builder = new();
        foreach (string value in values) builder.TryAppend(timestamp, NullableBytes.Null, Encoding.UTF8.GetBytes(value));
        if (producer is { } by) builder.SetProducer(by.Id, by.Epoch, by.Sequence);
        return builder.Build().Copy();
    }
}
