using System.Buffers.Binary;
using LogStore.Records;
using Xunit;

namespace LogStore.Tests.Records;

/// <summary>The format, byte for byte, against batches of another implementation.</summary>
public sealed class GoldenBatchTest
{
    private const long Time = GoldenBatches.Time;

    private static readonly string[] CompressedRecords =
    [
        .. Enumerable.Range(0, 3).Select(i => RecordText.Of(
            i, Time + i, [.. "key-"u8, (byte)('0' + i)],
            [
                .. "the same words again and again, the same words again and again "u8,
                .. "the same words again and again, the same words again and again "u8,
            ])),
    ];

    [Fact]
    public void APlainBatchIsReadAndBuilt()
    {
        RecordBatch batch = GoldenBatches.Parse(GoldenBatches.Plain);

        Assert.Equal([RecordText.Of(0, Time, [.. "k"u8], [.. "v"u8])], RecordText.Of(batch));
        Assert.Equal((0, 0, 1), (batch.BaseOffset, batch.LastOffset, batch.NextOffset));
        Assert.Equal((70, 1), (batch.SizeInBytes, batch.RecordCount));
        Assert.Equal((Time, TimestampType.CreateTime), (batch.MaxTimestamp, batch.TimestampType));
        Assert.Equal((-1L, (short)-1), (batch.ProducerId, batch.ProducerEpoch));
        Assert.Equal((-1, -1), (batch.BaseSequence, batch.LastSequence));
        Assert.False(batch.HasProducerId || batch.IsTransactional || batch.IsControl || batch.Header.HasDeleteHorizon);
        AssertBuilds(GoldenBatches.Plain, builder => builder.TryAppend(Time, "k"u8, "v"u8));
    }

    [Fact]
    public void NullAndEmptyAreToldApart()
    {
        Assert.Equal(
            [
                RecordText.Of(0, Time, null, null),
                RecordText.Of(1, Time + 1, [], []),
                RecordText.Of(2, Time - 5, [.. "key"u8], null),
                RecordText.Of(3, Time + 300, null, [.. "value"u8]),
            ],
            RecordText.Of(GoldenBatches.Parse(GoldenBatches.Nulls)));
        AssertBuilds(GoldenBatches.Nulls, builder =>
        {
            builder.TryAppend(Time, NullableBytes.Null, NullableBytes.Null);
            builder.TryAppend(Time + 1, ""u8, ""u8);
            builder.TryAppend(Time - 5, "key"u8, NullableBytes.Null);
            builder.TryAppend(Time + 300, NullableBytes.Null, "value"u8);
        });
    }

    [Fact]
    public void HeadersKeepTheirOrderRepeatTheirKeysAndMayBeNull()
    {
        RecordHeader[] headers = [new("a", "1"u8.ToArray()), new("a", ReadOnlyMemory<byte>.Empty), new("hé", null)];
        Assert.Equal(
            [RecordText.Of(0, Time, [.. "k"u8], [.. "v"u8], headers)],
            RecordText.Of(GoldenBatches.Parse(GoldenBatches.Headers)));
        AssertBuilds(GoldenBatches.Headers, builder => builder.TryAppend(Time, "k"u8, "v"u8, headers));
    }

    [Fact]
    public void ATransactionalBatchNamesItsProducerAndItsSequenceWraps()
    {
        RecordBatch batch = GoldenBatches.Parse(GoldenBatches.Transactional);

        Assert.True(batch.IsTransactional && batch.HasProducerId && !batch.IsControl);
        Assert.Equal(
            (GoldenBatches.ProducerId, GoldenBatches.ProducerEpoch, int.MaxValue),
            (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence));
        Assert.Equal(0, batch.LastSequence);
        AssertBuilds(GoldenBatches.Transactional, builder =>
        {
            builder.SetProducer(GoldenBatches.ProducerId, GoldenBatches.ProducerEpoch, int.MaxValue);
            builder.IsTransactional = true;
            builder.TryAppend(Time, "k"u8, "v1"u8);
            builder.TryAppend(Time, "k"u8, "v2"u8);
        });
    }

    [Fact]
    public void AControlBatchHasVersionAndTypeForItsKey()
    {
        RecordBatch batch = GoldenBatches.Parse(GoldenBatches.Control);

        Assert.True(batch.IsControl && batch.IsTransactional);
        Assert.Equal(-1, batch.LastSequence);
        foreach (RecordView record in batch)
        {
            Assert.Equal(0, BinaryPrimitives.ReadInt16BigEndian(record.Key));
            Assert.Equal(1, BinaryPrimitives.ReadInt16BigEndian(record.Key.Span[2..]));
        }

        AssertBuilds(GoldenBatches.Control, builder =>
        {
            builder.SetProducer(GoldenBatches.ProducerId, GoldenBatches.ProducerEpoch, -1);
            builder.IsTransactional = builder.IsControl = true;
            builder.TryAppend(Time, new byte[] { 0, 0, 0, 1 }, new byte[] { 0, 0, 0, 0, 0, 42 });
        });
    }

    [Fact]
    public void EveryRecordOfALogAppendTimeBatchHasTheBatchsTime()
    {
        RecordBatch batch = GoldenBatches.Parse(GoldenBatches.AppendTime);

        Assert.Equal((TimestampType.LogAppendTime, 5), (batch.TimestampType, batch.LeaderEpoch));
        Assert.Equal(
            [
                RecordText.Of(1_000_000_007, Time + 1000, [.. "a"u8], [.. "1"u8]),
                RecordText.Of(1_000_000_008, Time + 1000, [.. "b"u8], [.. "2"u8]),
            ],
            RecordText.Of(batch));
    }

    [Fact]
    public void StampingABuiltBatchGivesTheLogAppendTimeBatch()
    {
        using var builder = new RecordBatchBuilder();
        builder.TryAppend(Time, "a"u8, "1"u8);
        builder.TryAppend(Time + 9, "b"u8, "2"u8);
        byte[] bytes = builder.Build().Bytes.ToArray();

        RecordBatchHeader.Stamp(bytes, 1_000_000_007, leaderEpoch: 5);
        RecordBatchHeader.StampAppendTime(bytes, Time + 1000);

        Assert.Equal(GoldenBatches.AppendTime, Convert.ToHexStringLower(bytes));
    }

    [Theory]
    [InlineData(GoldenBatches.Gzip, CompressionType.Gzip)]
    [InlineData(GoldenBatches.SnappyStream, CompressionType.Snappy)]
    [InlineData(GoldenBatches.SnappyBlock, CompressionType.Snappy)]
    [InlineData(GoldenBatches.Lz4, CompressionType.Lz4)]
    [InlineData(GoldenBatches.Zstd, CompressionType.Zstd)]
    [InlineData(GoldenBatches.ZstdWithoutContentSize, CompressionType.Zstd)]
    public void ACompressedBatchIsRead(string hex, CompressionType compression)
    {
        TestCodec.SkipUnlessInstalled(compression);
        RecordBatch batch = GoldenBatches.Parse(hex);

        Assert.Equal(compression, batch.Compression);
        Assert.Equal(CompressedRecords, RecordText.Of(batch));
        batch.ValidateRecords();
    }

    private static void AssertBuilds(string hex, Action<RecordBatchBuilder> append)
    {
        using var builder = new RecordBatchBuilder();
        append(builder);
        byte[] bytes = builder.Build().Bytes.ToArray();

        // The other implementation writes leader epoch 0 where Kafka's own producer and this one write -1.
        RecordBatchHeader.Stamp(bytes, baseOffset: 0, leaderEpoch: 0);
        Assert.Equal(hex, Convert.ToHexStringLower(bytes));
    }
}
