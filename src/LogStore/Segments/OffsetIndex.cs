using System.Buffers.Binary;
using LogStore.IO;

namespace LogStore.Segments;

/// <summary>
/// From offset to file position, sparsely: an entry holds a batch's last offset, relative to the segment's base (4 bytes,
/// big endian), and the position of that batch (4 bytes). Source: Kafka's OffsetIndex.
/// </summary>
internal sealed class OffsetIndex(Storage storage, string path, long baseOffset) : IDisposable
{
    public const int EntrySize = 8;

    public IndexFile File { get; } = new(storage, path, EntrySize);

    public void Append(long lastOffset, int position)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        BinaryPrimitives.WriteUInt32BigEndian(entry, checked((uint)(lastOffset - baseOffset)));
        BinaryPrimitives.WriteInt32BigEndian(entry[4..], position);
        File.Append(entry);
    }

    /// <summary>The last entry at or below <paramref name="offset"/>; (base offset - 1, 0) when there is none.</summary>
    public (long LastOffset, int Position) Lookup(long offset)
    {
        int low = 0, high = File.Count;
        while (low < high)
        {
            int middle = (int)(((uint)low + (uint)high) / 2);
            if (Entry(middle).LastOffset <= offset) low = middle + 1;
            else high = middle;
        }

        return low == 0 ? (baseOffset - 1, 0) : Entry(low - 1);
    }

    public void Dispose() => File.Dispose();

    private (long LastOffset, int Position) Entry(int index)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        File.Read(index, entry);
        // A damaged entry may say anything; the beginning is a place where a look-up can always begin.
        int position = Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(entry[4..]));
        return (baseOffset + BinaryPrimitives.ReadUInt32BigEndian(entry), position);
    }
}
