using System.Buffers.Binary;
using System.Text;
using LogStore.KafkaProtocol.Produce;
using LogStore.KafkaProtocol.Wire;
using LogStore.Records;

namespace LogStore.Broker.Tests;

/// <summary>Makes what tests produce.</summary>
internal static class Batches
{
    // docs/FORMAT.md
    public const int BatchLengthAt = 8;
    public const int MagicAt = 16;
    public const int ChecksumAt = 17;
    public const int AttributesAt = 21;
    public const int LastOffsetDeltaAt = 23;
    public const int RecordCountAt = 57;
    public const int RecordsAt = 61;

    /// <summary>A batch of records with these values and no keys.</summary>
    public static RecordBatch Of(params string[] values) => Of(new RecordBatchBuilderOptions(), values);

    public static RecordBatch Of(RecordBatchBuilderOptions options, params string[] values)
    {
        using RecordBatchBuilder builder = new(options);
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        foreach (string value in values)
            Xunit.Assert.True(builder.TryAppend(now, NullableBytes.Null, Encoding.UTF8.GetBytes(value)));
        return builder.Build().Copy();
    }

    /// <summary>A batch of an idempotent producer.</summary>
    public static RecordBatch OfProducer(long producerId, short epoch, int baseSequence, params string[] values)
    {
        using RecordBatchBuilder builder = new(new RecordBatchBuilderOptions());
        builder.SetProducer(producerId, epoch, baseSequence);
        foreach (string value in values)
            Xunit.Assert.True(builder.TryAppend(0, NullableBytes.Null, Encoding.UTF8.GetBytes(value)));
        return builder.Build().Copy();
    }

    /// <summary>The bytes of a batch, some of them changed, under a checksum that fits again.</summary>
    public static byte[] Forged(RecordBatch batch, Action<byte[]> change)
    {
        byte[] bytes = batch.Bytes.ToArray();
        change(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(ChecksumAt), Checksums.Crc32C.Compute(bytes.AsSpan(AttributesAt)));
        return bytes;
    }

    /// <summary>The values in a sequence of whole batches.</summary>
    public static string[] Values(ReadOnlyMemory<byte> bytes)
    {
        List<string> values = [];
        while (bytes.Length > 0)
        {
            RecordBatch batch = RecordBatch.Parse(bytes);
            foreach (RecordView record in batch) values.Add(Encoding.UTF8.GetString(record.Value.Span));
            bytes = bytes[batch.SizeInBytes..];
        }

        return [.. values];
    }

    /// <summary>A request that appends bytes to one partition.</summary>
    public static ProduceRequest Produce(string topic, int partition, ReadOnlyMemory<byte> records, short acks = 1) => new()
    {
        Acks = acks,
        TimeoutMs = 30_000,
        Topics =
        [
            new() { Name = topic, Partitions = [new() { PartitionIndex = partition, Records = RecordPayload.FromBytes(records) }] },
        ],
    };
}
