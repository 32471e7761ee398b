namespace LogStore.IO;

/// <summary>One open file, addressed by position. Reads may run beside one writer; writes are the owner's alone.</summary>
internal abstract class StorageFile : IDisposable
{
    /// <summary>The path it was opened under, for messages.</summary>
    public abstract string Path { get; }

    /// <summary>The file's length in bytes, preallocated space included.</summary>
    public abstract long Length { get; }

    /// <summary>Reads at most <paramref name="buffer"/>'s length; 0 at the end of the file. May return less.</summary>
    public abstract int Read(Span<byte> buffer, long position);

    /// <summary>Writes all of <paramref name="bytes"/> or throws; a failed write may have left some of them.</summary>
    public abstract void Write(ReadOnlySpan<byte> bytes, long position);

    /// <summary>Makes data (and what is needed to read it back) durable. Source: fdatasync(2).</summary>
    public abstract void Flush();

    /// <summary>Cuts the file, or extends it with zeros.</summary>
    public abstract void SetLength(long length);

    /// <summary>
    /// Reserves blocks and extends the length over them; they read as zeros. Where the file system cannot, it does
    /// nothing. Source: fallocate(2).
    /// </summary>
    public abstract void Allocate(long position, long length);

    /// <summary>Reads until the buffer is full or the file ends, and returns how many bytes it has read.</summary>
    public int ReadFully(Span<byte> buffer, long position)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            int count = Read(buffer[total..], position + total);
            if (count == 0) break;
            total += count;
        }

        return total;
    }

    /// <summary>The same open file for a system call that copies from it; null where it is no file of the system's.</summary>
    public virtual FileStream? AsStream() => null;

    public abstract void Dispose();
}
