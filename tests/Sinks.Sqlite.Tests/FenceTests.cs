using System.Text;
using LogStore.Records;
using LogStore.Sinks.Sqlite.Applying;
using LogStore.Sinks.Sqlite.Progress;
using LogStore.Sinks.Sqlite.Tests.Support;

namespace LogStore.Sinks.Sqlite.Tests;

public sealed class FenceTests : IDisposable
{
    private static readonly TopicPartition Partition = new("payments", 0);

    private readonly TemporaryDirectory _directory = new(inMemory: true);

    private SqliteSinkOptions Options => new()
    {
        Database = _directory["accounts.db"],
        Topic = "payments",
        Mapping = Accounts.Mapping,
        Create = true,
    };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void WhatALaterGenerationHasAnEarlierOneCannotWrite()
    {
        using BatchApplier old = new(Options);
        using BatchApplier young = new(Options);
        old.Claim([Partition], "", new Owner("g", 1, "old"));
        old.Apply([Batch(0, 10)]);
        Assert.Equal(1, young.Claim([Partition], "", new Owner("g", 2, "young"))[0].Next);
        old.Apply([Batch(1, 100)]);
        Assert.True(old.Find(Partition)!.IsFenced);
        young.Apply([Batch(1, 100)]);
        old.Apply([Batch(2, 100)]);
        Assert.Equal(110, Accounts.Balance(Options.Database, "a"));
    }

    [Fact]
    public void ALowerGenerationIsRefusedUnlessItTakesOver()
    {
        using BatchApplier late = new(Options);
        late.Claim([Partition], "", new Owner("g", 7, "late"));
        using BatchApplier early = new(Options);
        Assert.Throws<SinkFencedException>(() => early.Claim([Partition], "", new Owner("g", 6, "early")));
        Assert.Throws<SinkFencedException>(() => early.Claim([Partition], "", new Owner("g", 7, "early")));
        Assert.Throws<SinkFencedException>(() => early.Claim([Partition], "", new Owner("h", 8, "early")));
        using BatchApplier forced = new(Options with { TakeOver = true });
        forced.Claim([Partition], "", new Owner("h", 1, "forced"));
        late.Apply([Batch(0, 1)]);
        Assert.True(late.Find(Partition)!.IsFenced);
    }

    private static PendingBatch Batch(long offset, long amount)
    {
        using RecordBatchBuilder builder = new();
        builder.TryAppend(1, key: default, value: Encoding.UTF8.GetBytes(Accounts.Record(offset + 1, "a", amount)));
        byte[] bytes = builder.Build().Bytes.ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, offset); // Outside of the checksum.
        return new PendingBatch(Partition, RecordBatch.Parse(bytes), offset);
    }
}
