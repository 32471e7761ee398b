using LogStore.Records;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>A batch of one record that is appended again and again; the log stamps each copy with its offset.</summary>
internal static class SampleBatch
{
    /// <param name="size">What the batch should have, in bytes; the least there is where that is too little.</param>
    public static byte[] Build(int size)
    {
        int value = Math.Max(1, size - BuildWith(1).Length);
        while (value > 1 && BuildWith(value).Length > size) value--;
        return BuildWith(value);
    }

    private static byte[] BuildWith(int value)
    {
        using RecordBatchBuilder builder = new(new RecordBatchBuilderOptions { MaxBytes = RecordBatchBuilderOptions.MaxMaxBytes });
        builder.TryAppend(0, default, new byte[value]);
        return builder.Build().Bytes.ToArray();
    }
}
