using System.Buffers.Binary;
using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Produce;
using LogStore.KafkaProtocol.Wire;
using LogStore.Records;
using Xunit;

namespace LogStore.Broker.Tests.Producing;

/// <summary>What a producer may send: everything else is refused by its code, and leaves nothing in the log.</summary>
public sealed class ProduceValidationTests
{
    private static readonly RecordBatch Good = Batches.Of("one", "two");

    /// <summary>What is wrong with a batch, and what that is answered with.</summary>
    private static readonly Dictionary<string, (byte[] Bytes, ErrorCode Error)> Bad = new()
    {
        ["a checksum that does not fit"] = (Changed(bytes => bytes[^1] ^= 1), ErrorCode.CorruptMessage),
        ["a length beyond the bytes"] = (
            Changed(bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(Batches.BatchLengthAt), bytes.Length)),
            ErrorCode.CorruptMessage),
        ["a negative length"] = (
            Changed(bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(Batches.BatchLengthAt), -1)),
            ErrorCode.CorruptMessage),
        ["no bytes"] = ([], ErrorCode.CorruptMessage),
        ["half a header"] = (Good.Bytes[..30].ToArray(), ErrorCode.CorruptMessage),
        ["half a batch"] = (Good.Bytes[..^1].ToArray(), ErrorCode.CorruptMessage),
        ["two batches"] = ([.. Good.Bytes.Span, .. Good.Bytes.Span], ErrorCode.InvalidRecord),
        ["a byte too many"] = ([.. Good.Bytes.Span, 0], ErrorCode.InvalidRecord),
        ["magic 0"] = (Changed(bytes => bytes[Batches.MagicAt] = 0), ErrorCode.CorruptMessage),
        ["magic 1"] = (Changed(bytes => bytes[Batches.MagicAt] = 1), ErrorCode.CorruptMessage),
        ["magic 3"] = (Changed(bytes => bytes[Batches.MagicAt] = 3), ErrorCode.CorruptMessage),
        ["more records counted than there are"] = (Recounted(3), ErrorCode.CorruptMessage),
        ["fewer records counted than there are"] = (Recounted(1), ErrorCode.InvalidRecord),
        ["no record"] = (Recounted(0), ErrorCode.InvalidRecord),
        ["as many records as an int has"] = (Recounted(int.MaxValue), ErrorCode.CorruptMessage),
        ["fewer offsets than records"] = (
            Batches.Forged(
                Good, bytes => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(Batches.LastOffsetDeltaAt), 0)),
            ErrorCode.CorruptMessage),
        ["a control batch"] = (WithAttribute(0x20), ErrorCode.InvalidRecord),
        ["a time that the broker would have stamped"] = (WithAttribute(0x08), ErrorCode.InvalidTimestamp),
        ["a codec that there is not"] = (WithAttribute(0x07), ErrorCode.CorruptMessage),
        ["records that are not gzip as they say"] = (WithAttribute(0x01), ErrorCode.InvalidRecord),
        ["records that are not snappy as they say"] = (WithAttribute(0x02), ErrorCode.InvalidRecord),
        ["records that are not lz4 as they say"] = (WithAttribute(0x03), ErrorCode.InvalidRecord),
        ["records that are not zstd as they say"] = (WithAttribute(0x04), ErrorCode.InvalidRecord),
        ["a record whose length lies"] = (
            Batches.Forged(Good, bytes => bytes[Batches.RecordsAt] = 0x7E), ErrorCode.InvalidRecord),
    };

    public static TheoryData<string> Cases => [.. Bad.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task WhatIsNoGoodBatchIsRefusedAndLeavesNothing(string what)
    {
        (byte[] bytes, ErrorCode error) = Bad[what];
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        ProduceResponse.Partition result = await client.ProduceAsync("t", 0, bytes);
        Assert.Equal((error, -1), (result.ErrorCode, result.BaseOffset));
        Assert.Equal(0, await client.ProduceAsync("t", 0, Good));
    }

    [Fact]
    public async Task ATransactionalBatchIsRefused()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        byte[] bytes = Batches.Forged(
            Batches.OfProducer(1, 0, 0, "x"), batch => batch[Batches.AttributesAt + 1] |= 0x10);
        Assert.Equal(ErrorCode.InvalidTxnState, (await client.ProduceAsync("t", 0, bytes)).ErrorCode);
    }

    [Fact]
    public async Task ATransactionalProducerIsRefused()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        ProduceRequest request = Batches.Produce("t", 0, Good.Bytes);
        request.TransactionalId = "me";
        ProduceResponse response = await client.SendAsync(request, Talk.ProduceVersion);
        Assert.Equal(ErrorCode.TransactionalIdAuthorizationFailed, response.Topics[0].Partitions[0].ErrorCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task VersionsBeforeRecordBatchesAreRefusedByAFormatError(short version)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        Assert.Equal(
            ErrorCode.UnsupportedForMessageFormat,
            (await client.ProduceAsync("t", 0, Good.Bytes, version: version)).ErrorCode);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    [InlineData(short.MaxValue)]
    public async Task AcksThatThereAreNotAreRefused(short acks)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        Assert.Equal(ErrorCode.InvalidRequiredAcks, (await client.ProduceAsync("t", 0, Good.Bytes, acks)).ErrorCode);
    }

    [Fact]
    public async Task ABatchAboveTheTopicsLimitIsTooLargeAndOneAtTheLimitIsNot()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        RecordBatch batch = Batches.Of(new string('x', 5000));
        await client.CreateTopicAsync("fits", 1, ("max.message.bytes", $"{batch.SizeInBytes}"));
        await client.CreateTopicAsync("small", 1, ("max.message.bytes", $"{batch.SizeInBytes - 1}"));
        Assert.Equal(0, await client.ProduceAsync("fits", 0, batch));
        Assert.Equal(ErrorCode.MessageTooLarge, (await client.ProduceAsync("small", 0, batch.Bytes)).ErrorCode);
    }

    [Fact]
    public async Task ARecordWhoseTimeIsFartherFromNowThanItsTopicAllowsIsRefused()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        const string setting = "message.timestamp.difference.max.ms";
        await client.CreateTopicAsync("any");
        await client.CreateTopicAsync("near", 1, (setting, "3600000"));
        await client.CreateTopicAsync("stamped", 1, (setting, "3600000"), ("message.timestamp.type", "LogAppendTime"));
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        foreach (long far in new[] { 0, now - 7_200_000, now + 7_200_000, long.MaxValue })
        {
            RecordBatch batch = At(now, far);
            Assert.Equal(ErrorCode.InvalidTimestamp, (await client.ProduceAsync("near", 0, batch.Bytes)).ErrorCode);
            await client.ProduceAsync("any", 0, batch);
            await client.ProduceAsync("stamped", 0, batch);
        }

        Assert.Equal(0, await client.ProduceAsync("near", 0, At(now - 60_000, now, -1, now + 60_000)));
    }

    [Fact]
    public async Task ZstdIsRefusedOfClientsTooOldToReadIt()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        byte[] zstd = WithAttribute(0x04);
        Assert.Equal(ErrorCode.UnsupportedCompressionType, (await client.ProduceAsync("t", 0, zstd, version: 6)).ErrorCode);
        Assert.Equal(ErrorCode.InvalidRecord, (await client.ProduceAsync("t", 0, zstd, version: 7)).ErrorCode);
    }

    [Fact]
    public async Task CompressedRecordsThatSwellBeyondAllBoundsAreRefused()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        RecordBatch bomb = Batches.Of(
            new RecordBatchBuilderOptions { Compression = CompressionType.Gzip, MaxBytes = 100 << 20 },
            new string('x', 65 << 20));
        Assert.InRange(bomb.SizeInBytes, 1, 1 << 20);
        Assert.Equal(ErrorCode.InvalidRecord, (await client.ProduceAsync("t", 0, bomb.Bytes)).ErrorCode);
    }

    [Theory]
    [InlineData("nowhere", 0)]
    [InlineData("t", 1)]
    [InlineData("t", -1)]
    [InlineData("t", int.MaxValue)]
    public async Task TopicsAndPartitionsThatThereAreNotAreUnknown(string topic, int partition)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t");
        Assert.Equal(
            ErrorCode.UnknownTopicOrPartition, (await client.ProduceAsync(topic, partition, Good.Bytes)).ErrorCode);
    }

    [Fact]
    public async Task TheBrokersOwnTopicsAreNotWritten()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        Assert.Equal(
            ErrorCode.InvalidTopic, (await client.ProduceAsync("__consumer_offsets", 0, Good.Bytes)).ErrorCode);
    }

    [Fact]
    public async Task OneBadPartitionDoesNotSpoilTheOthers()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.CreateTopicAsync("t", partitions: 2);
        RecordPayload bad = RecordPayload.FromBytes(Bad["a checksum that does not fit"].Bytes);
        RecordPayload good = RecordPayload.FromBytes(Good.Bytes);
        ProduceResponse response = await client.SendAsync(
            new ProduceRequest
            {
                Acks = -1,
                Topics =
                [
                    new()
                    {
                        Name = "t",
                        Partitions =
                        [
                            new() { PartitionIndex = 0, Records = bad }, new() { PartitionIndex = 1, Records = good },
                            new() { PartitionIndex = 2, Records = good },
                        ],
                    },
                ],
            },
            Talk.ProduceVersion);
        Assert.Equal(
            [ErrorCode.CorruptMessage, ErrorCode.None, ErrorCode.UnknownTopicOrPartition],
            response.Topics[0].Partitions.Select(partition => partition.ErrorCode));
        Assert.NotNull(response.Topics[0].Partitions[0].ErrorMessage);
    }

    /// <summary>A batch with a record of each of these times, in milliseconds since 1970.</summary>
    private static RecordBatch At(params long[] times)
    {
        using RecordBatchBuilder builder = new(new RecordBatchBuilderOptions());
        foreach (long time in times) Assert.True(builder.TryAppend(time, NullableBytes.Null, "x"u8));
        return builder.Build().Copy();
    }

    private static byte[] Changed(Action<byte[]> change)
    {
        byte[] bytes = Good.Bytes.ToArray();
        change(bytes);
        return bytes;
    }

    private static byte[] WithAttribute(byte bits) =>
        Batches.Forged(Good, bytes => bytes[Batches.AttributesAt + 1] |= bits);

    private static byte[] Recounted(int count) => Batches.Forged(Good, bytes =>
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(Batches.RecordCountAt), count);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(Batches.LastOffsetDeltaAt), Math.Max(0, count - 1));
    });
}
