using LogStore.Records;
using Xunit;

namespace LogStore.Tests.Records;

/// <summary>The hot paths allocate nothing, per record or per batch.</summary>
public sealed class RecordAllocationTest
{
    private const int Records = 1000;

    [Fact]
    public void AppendingAndBuildingAllocateNothing()
    {
        using var builder = new RecordBatchBuilder();
        RecordHeader[] headers = [new("trace-id", new byte[16]), new("empty", null)];
        Assert.Equal(0, AllocatedBy(() => Build(builder, headers)));
    }

    [Fact]
    public void ReadingAllocatesNothing()
    {
        using var builder = new RecordBatchBuilder();
        Build(builder, [new("trace-id", new byte[16])]);
        byte[] bytes = builder.Build().Bytes.ToArray();
        Assert.Equal(0, AllocatedBy(() =>
        {
            RecordBatch batch = RecordBatch.Parse(bytes);
            batch.ValidateRecords();
            foreach (RecordView record in batch)
            {
                Assert.True(record.Key.Length + record.Value.Length > 0);
                foreach (RecordHeaderView header in record.Headers) Assert.True(header.KeyUtf8.Length > 0);
            }
        }));
    }

    /// <summary>The runtime's gzip is a stream with a native handle; its buffers are pooled or native.</summary>
    [Fact]
    public void GzipAllocatesALittlePerBatchAndNothingPerRecord()
    {
        using var builder = new RecordBatchBuilder(new() { Compression = CompressionType.Gzip });
        Assert.InRange(AllocatedBy(() => Build(builder, [])), 0, 1024);
        RecordBatch batch = builder.Build();
        Assert.InRange(AllocatedBy(() => batch.ValidateRecords()), 0, 1024);
    }

    private static void Build(RecordBatchBuilder builder, RecordHeader[] headers)
    {
        builder.Reset();
        for (int i = 0; i < Records; i++) builder.TryAppend(i, "key"u8, "some value of a record"u8, headers);
        builder.Build();
    }

    private static long AllocatedBy(Action action)
    {
        action();
        action();
        return Allocations.OnThisThread(action);
    }
}
