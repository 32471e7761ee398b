using System.Buffers.Binary;
using LogStore.Checksums;

namespace LogStore.Producers;

/// <summary>
/// The bytes of a <c>.snapshot</c> file: the producers as they stood before the offset in the file's name. Drawn in
/// docs/FORMAT.md, which must change with this file.
/// </summary>
internal static class ProducerSnapshot
{
    private const uint Magic = 0x4C535053; // "LSPS"
    private const short Version = 1;
    private const int HeaderSize = 14;
    private const int ProducerSize = 19;
    private const int BatchSize = 24;

    public static byte[] Write(ProducerStateManager producers)
    {
        byte[] bytes = new byte[HeaderSize + (producers.Count * (ProducerSize + (ProducerState.Window * BatchSize)))];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Magic);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(4), Version);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(10), producers.Count);
        int position = HeaderSize;
        foreach (ProducerState producer in producers.Producers) position += Write(producer, bytes.AsSpan(position));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(6), Crc32C.Compute(bytes.AsSpan(10, position - 10)));
        return bytes[..position];
    }

    /// <summary>Reads a snapshot into an empty manager. False, with nothing restored: the bytes are no snapshot.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ProducerStateManager producers)
    {
        if (bytes.Length < HeaderSize || BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic) return false;
        if (BinaryPrimitives.ReadInt16BigEndian(bytes[4..]) != Version) return false;
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[6..]) != Crc32C.Compute(bytes[10..])) return false;
        int count = BinaryPrimitives.ReadInt32BigEndian(bytes[10..]);
        ReadOnlySpan<byte> rest = bytes[HeaderSize..];
        for (; count > 0; count--) rest = rest[Read(rest, producers)..];
        return true;
    }

    private static int Write(ProducerState producer, Span<byte> target)
    {
        BinaryPrimitives.WriteInt64BigEndian(target, producer.ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(target[8..], producer.Epoch);
        BinaryPrimitives.WriteInt64BigEndian(target[10..], producer.LastTimestamp);
        target[18] = (byte)producer.Count;
        for (int index = 0; index < producer.Count; index++)
        {
            Span<byte> slot = target[(ProducerSize + (index * BatchSize))..];
            ProducedBatch batch = producer[index];
            BinaryPrimitives.WriteInt32BigEndian(slot, batch.BaseSequence);
            BinaryPrimitives.WriteInt32BigEndian(slot[4..], batch.LastSequence);
            BinaryPrimitives.WriteInt64BigEndian(slot[8..], batch.BaseOffset);
            BinaryPrimitives.WriteInt64BigEndian(slot[16..], batch.LastOffset);
        }

        return ProducerSize + (producer.Count * BatchSize);
    }

    private static int Read(ReadOnlySpan<byte> source, ProducerStateManager producers)
    {
        ProducerState producer = new(
            BinaryPrimitives.ReadInt64BigEndian(source), BinaryPrimitives.ReadInt16BigEndian(source[8..]));
        long timestamp = BinaryPrimitives.ReadInt64BigEndian(source[10..]);
        int count = source[18];
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> slot = source[(ProducerSize + (index * BatchSize))..];
            ProducedBatch batch = new(
                BinaryPrimitives.ReadInt32BigEndian(slot), BinaryPrimitives.ReadInt32BigEndian(slot[4..]),
                BinaryPrimitives.ReadInt64BigEndian(slot[8..]), BinaryPrimitives.ReadInt64BigEndian(slot[16..]));
            producer.Add(producer.Epoch, batch, timestamp);
        }

        producers.Restore(producer);
        return ProducerSize + (count * BatchSize);
    }
}
