using System.Buffers.Binary;
using LogStore.Segments;

namespace LogStore.Inspection;

/// <summary>Reads the entries of index files, for tools that show them. Changes nothing.</summary>
public static class IndexInspector
{
    /// <summary>The entries of an <c>.index</c> file: a batch's last offset, and where it begins in the segment, in bytes.</summary>
    /// <exception cref="CorruptLogException">The name gives no base offset, or the length is no multiple of an entry's.</exception>
    public static IEnumerable<(long Offset, int Position)> ReadOffsetIndex(string path)
    {
        long baseOffset = BaseOffsetOf(path, SegmentNames.OffsetIndexSuffix);
        byte[] content = Read(path, OffsetIndex.EntrySize);
        for (int at = 0; at < content.Length; at += OffsetIndex.EntrySize)
        {
            yield return (
                baseOffset + BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(at)),
                BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(at + 4)));
        }
    }

    /// <summary>
    /// The entries of a <c>.timeindex</c> file: the largest timestamp up to an offset, in milliseconds since 1970, and that
    /// offset.
    /// </summary>
    /// <exception cref="CorruptLogException">The name gives no base offset, or the length is no multiple of an entry's.</exception>
    public static IEnumerable<(long Timestamp, long Offset)> ReadTimeIndex(string path)
    {
        long baseOffset = BaseOffsetOf(path, SegmentNames.TimeIndexSuffix);
        byte[] content = Read(path, TimeIndex.EntrySize);
        for (int at = 0; at < content.Length; at += TimeIndex.EntrySize)
        {
            yield return (
                BinaryPrimitives.ReadInt64BigEndian(content.AsSpan(at)),
                baseOffset + BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(at + 8)));
        }
    }

    private static long BaseOffsetOf(string path, string suffix) =>
        SegmentNames.TryParse(Path.GetFileName(path), suffix, out long offset)
            ? offset
            : throw new CorruptLogException(path, 0, $"its name is not a base offset of 20 digits and '{suffix}'");

    private static byte[] Read(string path, int entrySize)
    {
        byte[] content = File.ReadAllBytes(path);
        if (content.Length % entrySize == 0) return content;
        throw new CorruptLogException(
            path, content.Length / entrySize * entrySize, $"its length is not a multiple of {entrySize}");
    }
}
