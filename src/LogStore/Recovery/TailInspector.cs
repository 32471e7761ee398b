using LogStore.IO;
using LogStore.Records;

namespace LogStore.Recovery;

/// <summary>What stands in a segment's file behind its last whole batch.</summary>
internal enum TailKind
{
    /// <summary>Only zeros: space that was reserved and never written.</summary>
    Reserved,

    /// <summary>Bytes among which no whole batch begins: a write that the crash cut short.</summary>
    Torn,

    /// <summary>Bytes with a whole batch of a later offset among them: something in the middle of the log is damaged.</summary>
    Damage,
}

/// <summary>Tells a torn write from damage, which decides whether recovery may cut.</summary>
internal static class TailInspector
{
    private const int Chunk = 1024 * 1024;
    private const int MagicAt = 16;

    /// <summary>Whether a segment's file holds nothing but zeros, or nothing.</summary>
    public static bool IsEmpty(Storage storage, string path)
    {
        using StorageFile file = storage.Open(path, OpenMode.Read);
        return FirstNonZero(file, 0, file.Length) < 0;
    }

    /// <summary>Judges the bytes in [position, length).</summary>
    /// <param name="file">The segment's file.</param>
    /// <param name="position">Where the last whole batch ends.</param>
    /// <param name="length">The file's length.</param>
    /// <param name="expectedOffset">What a batch here would be numbered; one that counts must be above it.</param>
    public static TailKind Inspect(StorageFile file, long position, long length, long expectedOffset)
    {
        long first = FirstNonZero(file, position, length);
        if (first < 0) return TailKind.Reserved;
        return FindBatch(file, position, length, expectedOffset) ? TailKind.Damage : TailKind.Torn;
    }

    private static long FirstNonZero(StorageFile file, long position, long length)
    {
        byte[] buffer = new byte[(int)Math.Min(Chunk, Math.Max(0, length - position))];
        while (position < length)
        {
            int count = file.Read(buffer, position);
            if (count == 0) return -1;
            int index = buffer.AsSpan(0, count).IndexOfAnyExcept((byte)0);
            if (index >= 0) return position + index;
            position += count;
        }

        return -1;
    }

    /// <summary>Looks at every byte for a header that makes sense and whose batch matches its checksum.</summary>
    private static bool FindBatch(StorageFile file, long position, long length, long expectedOffset)
    {
        byte[] buffer = new byte[Chunk + RecordBatchHeader.Size];
        for (; position < length; position += Chunk)
        {
            ReadOnlySpan<byte> bytes = buffer.AsSpan(0, file.ReadFully(buffer, position));
            for (int index = 0; index < Math.Min(Chunk, bytes.Length - RecordBatchHeader.Size + 1); index++)
            {
                if (bytes[index + MagicAt] != 2) continue;
                if (RecordBatchHeader.TryRead(bytes[index..], out RecordBatchHeader header) != BatchStatus.Valid) continue;
                if (header.BaseOffset >= expectedOffset && IsWhole(file, position + index, length, header)) return true;
            }
        }

        return false;
    }

    private static bool IsWhole(StorageFile file, long position, long length, in RecordBatchHeader header)
    {
        if (position + header.SizeInBytes > length) return false;
        byte[] batch = new byte[header.SizeInBytes];
        return file.ReadFully(batch, position) == batch.Length &&
            RecordBatchHeader.ComputeChecksum(batch) == header.Checksum;
    }
}
