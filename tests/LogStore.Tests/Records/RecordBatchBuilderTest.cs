using System.IO.Compression;
using LogStore.Records;
using Xunit;

namespace LogStore.Tests.Records;

public sealed class RecordBatchBuilderTest
{
    private const long Time = GoldenBatches.Time;

    [Fact]
    public void ABuiltBatchHasNoPlaceInALogYet()
    {
        using var builder = new RecordBatchBuilder();
        builder.TryAppend(Time, "k"u8, "v"u8);
        RecordBatch batch = builder.Build();

        Assert.Equal((0, -1, 0), (batch.BaseOffset, batch.LeaderEpoch, batch.LastOffset));
        Assert.Equal((builder.SizeInBytes, builder.RecordCount), (batch.SizeInBytes, batch.RecordCount));
        Assert.Equal(batch.Bytes.ToArray(), RecordBatch.Parse(batch.Bytes).Bytes.ToArray());
    }

    [Fact]
    public void TheMaximumTimestampIsTheLargestNotTheLast()
    {
        using var builder = new RecordBatchBuilder();
        foreach (long time in (long[])[Time, Time + 7, Time - 3]) builder.TryAppend(time, "k"u8, "v"u8);
        Assert.Equal((Time + 7, Time), (builder.Build().MaxTimestamp, builder.Build().Header.BaseTimestamp));
    }

    /// <summary>Every size around the bound: what is taken fits to the byte, what is not would not have.</summary>
    [Fact]
    public void ABatchFillsItsBoundToTheByte()
    {
        const int Bound = 400;
        using var builder = new RecordBatchBuilder(new() { MaxBytes = Bound, InitialCapacity = 0 });
        for (int length = 0; length < Bound; length++)
        {
            builder.Reset();
            byte[] value = new byte[length];
            int overhead = length <= 63 - 7 ? 8 : length <= 63 ? 9 : 10;
            if (RecordBatchHeader.Size + length + overhead - 1 > Bound)
            {
                var error = Assert.Throws<RecordTooLargeException>(() => builder.TryAppend(Time, default, value));
                Assert.Equal((Bound, 0), (error.MaxBytes, builder.RecordCount));
                Assert.True(error.RecordBytes > Bound);
                continue;
            }

            Assert.True(builder.TryAppend(Time, NullableBytes.Null, value));
            int recordBytes = builder.SizeInBytes - RecordBatchHeader.Size;
            while (builder.TryAppend(Time, NullableBytes.Null, value))
            {
            }

            Assert.InRange(builder.SizeInBytes, Bound - recordBytes, Bound);
            Assert.Equal(builder.SizeInBytes, builder.Build().SizeInBytes);
        }
    }

    [Fact]
    public void ARecordThatFitsOnlyAnEmptyBatchIsNotTooLarge()
    {
        // Far from the first record in time, it takes four bytes more than it would as the first one itself.
        const int Bound = 200;
        byte[] value = new byte[Bound - RecordBatchHeader.Size - 9];
        using var builder = new RecordBatchBuilder(new() { MaxBytes = Bound });
        builder.TryAppend(0, NullableBytes.Null, NullableBytes.Null);

        Assert.False(builder.TryAppend(Time, NullableBytes.Null, value));
        Assert.Throws<RecordTooLargeException>(() => builder.TryAppend(Time, default, new byte[value.Length + 1]));
        Assert.Equal(1, builder.RecordCount);

        builder.Reset();
        Assert.True(builder.TryAppend(Time, NullableBytes.Null, value));
        Assert.Equal(Bound, builder.SizeInBytes);
    }

    [Fact]
    public void ABuilderGrowsFromNothingAndServesAgain()
    {
        using var builder = new RecordBatchBuilder(new() { InitialCapacity = 0 });
        string[] first = Fill(1), second = Fill(100);
        Assert.Equal(first, Fill(1));
        Assert.Equal(1000, second.Length);

        string[] Fill(int valueLength)
        {
            builder.Reset();
            for (int i = 0; i < 1000; i++) Assert.True(builder.TryAppend(Time + i, "k"u8, new byte[valueLength]));
            return RecordText.Of(builder.Build());
        }
    }

    [Fact]
    public void ResetForgetsTheProducerAndTheKindOfBatch()
    {
        using var builder = new RecordBatchBuilder();
        builder.SetProducer(1, 2, 3);
        builder.IsTransactional = true;
        builder.TryAppend(Time, "k"u8, "v"u8);
        Assert.Equal((1L, (short)2, 3, true), Of(builder.Build()));

        builder.Reset();
        builder.TryAppend(Time, "k"u8, "v"u8);
        Assert.Equal((-1L, (short)-1, -1, false), Of(builder.Build()));

        static (long, short, int, bool) Of(RecordBatch batch) =>
            (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence, batch.IsTransactional);
    }

    [Fact]
    public void ABuiltBatchIsNotChangedUntilReset()
    {
        using var builder = new RecordBatchBuilder();
        builder.TryAppend(Time, "k"u8, "v"u8);
        byte[] built = builder.Build().Bytes.ToArray();

        Assert.Throws<InvalidOperationException>(() => builder.TryAppend(Time, "k"u8, "v"u8));
        Assert.Throws<InvalidOperationException>(() => builder.SetProducer(1, 1, 1));
        Assert.Throws<InvalidOperationException>(() => builder.IsControl = true);
        Assert.Equal(built, builder.Build().Bytes.ToArray());
    }

    [Fact]
    public void ABatchThatNoReaderWouldTakeIsNotBuilt()
    {
        using var builder = new RecordBatchBuilder();
        Assert.Throws<InvalidOperationException>(() => builder.Build());

        builder.TryAppend(Time, "k"u8, "v"u8);
        builder.IsTransactional = true;
        Assert.Throws<InvalidOperationException>(() => builder.Build());

        builder.SetProducer(1, 0, baseSequence: -1);
        Assert.Throws<InvalidOperationException>(() => builder.Build());

        builder.SetProducer(1, 0, baseSequence: 0);
        Assert.True(RecordBatch.TryParse(builder.Build().Bytes, out _));
    }

    [Fact]
    public void ADisposedBuilderSaysSo()
    {
        var builder = new RecordBatchBuilder();
        builder.Dispose();
        builder.Dispose();

        Assert.Throws<ObjectDisposedException>(() => builder.TryAppend(Time, "k"u8, "v"u8));
        Assert.Throws<ObjectDisposedException>(() => builder.Build());
        Assert.Throws<ObjectDisposedException>(builder.Reset);
    }

    [Fact]
    public void ArgumentsOutOfRangeAreRefused()
    {
        var options = new RecordBatchBuilderOptions();
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { Compression = (CompressionType)5 });
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { GzipLevel = (CompressionLevel)9 });
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { MaxBytes = RecordBatchHeader.Size });
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { MaxBytes = int.MaxValue });
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { InitialCapacity = -1 });

        using var builder = new RecordBatchBuilder();
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.TryAppend(-2, "k"u8, "v"u8));
        Assert.Throws<ArgumentNullException>(() => builder.TryAppend(Time, "k"u8, "v"u8, new RecordHeader[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.SetProducer(-2, -1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.SetProducer(1, -1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.SetProducer(1, 0, -2));
    }

    [Fact]
    public void WhatIsAppendedMayComeFromAnyKindOfMemory()
    {
        using var builder = new RecordBatchBuilder();
        byte[]? noArray = null;
        ReadOnlyMemory<byte>? noMemory = null;
        Span<byte> span = [1];
        ReadOnlyMemory<byte> memory = new byte[] { 2 };
        builder.TryAppend(Time, noArray, noMemory);
        builder.TryAppend(Time, span, memory);
        builder.TryAppend(Time, default, ""u8);

        Assert.Equal(
            [RecordText.Of(0, Time, null, null), RecordText.Of(1, Time, [1], [2]), RecordText.Of(2, Time, null, [])],
            RecordText.Of(builder.Build()));
    }
}
