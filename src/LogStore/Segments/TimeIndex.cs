using System.Buffers.Binary;
using LogStore.IO;

namespace LogStore.Segments;

/// <summary>
/// From timestamp to offset, sparsely: an entry (T, O) says that T is the largest timestamp of all records up to O; T in
/// milliseconds (8 bytes, big endian), O relative to the segment's base (4 bytes). Source: Kafka's TimeIndex, KIP-33.
/// </summary>
internal sealed class TimeIndex(Storage storage, string path, long baseOffset) : IDisposable
{
    public const int EntrySize = 12;

    public IndexFile File { get; } = new(storage, path, EntrySize);

    /// <summary>The last entry: the largest timestamp that the index knows; (-1, base offset) when it is empty.</summary>
    public (long Timestamp, long Offset) Last => File.Count == 0 ? (-1, baseOffset) : Entry(File.Count - 1);

    /// <summary>Appends unless the timestamp is no larger than the last entry's, which would say nothing new.</summary>
    public void Append(long timestamp, long offset)
    {
        if (timestamp <= Last.Timestamp) return;
        Span<byte> entry = stackalloc byte[EntrySize];
        BinaryPrimitives.WriteInt64BigEndian(entry, timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(entry[8..], checked((uint)(offset - baseOffset)));
        File.Append(entry);
    }

    /// <summary>
    /// The last entry at or below <paramref name="timestamp"/>, whose offset is at or before the first record with at least
    /// this timestamp; (-1, base offset) when there is none.
    /// </summary>
    public (long Timestamp, long Offset) Lookup(long timestamp)
    {
        int low = 0, high = File.Count;
        while (low < high)
        {
            int middle = (int)(((uint)low + (uint)high) / 2);
            if (Entry(middle).Timestamp <= timestamp) low = middle + 1;
            else high = middle;
        }

        return low == 0 ? (-1, baseOffset) : Entry(low - 1);
    }

    public void Dispose() => File.Dispose();

    private (long Timestamp, long Offset) Entry(int index)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        File.Read(index, entry);
        return (BinaryPrimitives.ReadInt64BigEndian(entry), baseOffset + BinaryPrimitives.ReadUInt32BigEndian(entry[8..]));
    }
}
