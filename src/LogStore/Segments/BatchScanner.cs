using System.Buffers;
using LogStore.IO;
using LogStore.Records;

namespace LogStore.Segments;

/// <summary>
/// Walks the batches of one file, either whole and checked (<see cref="MoveNext"/>) or by their headers alone
/// (<see cref="MoveNextHeader"/>). The one place that turns file bytes into batches: reading, recovery, verification
/// and index rebuilding all stand on it.
/// </summary>
/// <remarks>
/// Not thread-safe. It reads through one pooled buffer, in chunks that double as the walk goes on: a look at a batch or two
/// stays cheap, and a long walk rarely has to move the batch that a chunk's end cuts in two. The buffer grows to the largest
/// batch met.
/// </remarks>
internal sealed class BatchScanner : IDisposable
{
    private const int HeaderReadAhead = 4 * 1024;

    /// <summary>Half of a usual second-level cache: what is read is still there when its checksum is computed.</summary>
    private const int LargestChunk = 512 * 1024;

    private int _chunk;
    private byte[] _buffer;
    private long _bufferPosition;
    private int _buffered;
    private StorageFile _file;

    /// <param name="file">The file to walk; stays the caller's.</param>
    /// <param name="position">Where a batch begins.</param>
    /// <param name="chunk">How much is read at first, in bytes.</param>
    public BatchScanner(StorageFile file, long position, int chunk = 64 * 1024)
    {
        _file = file;
        _chunk = chunk;
        _buffer = ArrayPool<byte>.Shared.Rent(chunk);
        NextPosition = position;
    }

    /// <summary>Where the current batch begins, or, after the walk has stopped, where it stopped.</summary>
    public long Position { get; private set; }

    /// <summary>Where the next batch begins.</summary>
    public long NextPosition { get; private set; }

    /// <summary>The base offset that the next batch must have; -1 while none was met and none was set.</summary>
    public long ExpectedOffset { get; set; } = -1;

    public RecordBatchHeader Header { get; private set; }

    /// <summary>Why the walk stopped: <see cref="BatchStatus.Valid"/> when it came to the limit exactly.</summary>
    public BatchStatus Status { get; private set; }

    /// <summary>The current batch after <see cref="MoveNext"/>; valid until the next call.</summary>
    public RecordBatch Batch =>
        RecordBatch.FromValidated(_buffer.AsMemory((int)(Position - _bufferPosition), Header.SizeInBytes), Header);

    /// <summary>Goes on in another file, or elsewhere in the same one.</summary>
    public void Seek(StorageFile file, long position)
    {
        _file = file;
        NextPosition = position;
        ExpectedOffset = -1;
        _buffered = 0;
    }

    /// <summary>Steps to the next batch, reads all of it and checks its checksum.</summary>
    /// <param name="limit">The position that the walk must not pass (exclusive).</param>
    public bool MoveNext(long limit) => MoveToHeader(limit, _chunk) && CheckBody(limit);

    /// <summary>Steps to the next batch and reads no more than its header.</summary>
    public bool MoveNextHeader(long limit)
    {
        if (!MoveToHeader(limit, HeaderReadAhead)) return false;
        if (Position + Header.SizeInBytes > limit) return Stop(BatchStatus.Incomplete);
        return Accept();
    }

    /// <summary>Drops what was read ahead, for a file whose content may have changed.</summary>
    public void Forget() => _buffered = 0;

    public void Dispose()
    {
        if (_buffer.Length == 0) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _buffered = 0;
    }

    private bool MoveToHeader(long limit, int readAhead)
    {
        Position = NextPosition;
        if (Position >= limit) return Stop(BatchStatus.Valid);
        ReadOnlySpan<byte> bytes = Buffered(RecordBatchHeader.Size, limit, readAhead);
        BatchStatus status = RecordBatchHeader.TryRead(bytes, out RecordBatchHeader header);
        if (status != BatchStatus.Valid) return Stop(status);
        // Base offsets lie outside the checksum, so it is the gapless sequence that vouches for them.
        if (ExpectedOffset >= 0 && header.BaseOffset != ExpectedOffset) return Stop(BatchStatus.BadOffset);
        Header = header;
        return true;
    }

    private bool CheckBody(long limit)
    {
        int size = Header.SizeInBytes;
        if (Position + size > limit) return Stop(BatchStatus.Incomplete);
        ReadOnlySpan<byte> bytes = Buffered(size, limit, _chunk);
        if (bytes.Length < size) return Stop(BatchStatus.Incomplete);
        if (RecordBatchHeader.ComputeChecksum(bytes[..size]) != Header.Checksum) return Stop(BatchStatus.BadChecksum);
        return Accept();
    }

    private bool Accept()
    {
        NextPosition = Position + Header.SizeInBytes;
        ExpectedOffset = Header.NextOffset;
        return true;
    }

    private bool Stop(BatchStatus status)
    {
        Status = status;
        return false;
    }

    /// <summary>The bytes from the current position on: at least <paramref name="count"/>, fewer only at the end.</summary>
    private ReadOnlySpan<byte> Buffered(int count, long limit, int readAhead)
    {
        long offset = Position - _bufferPosition;
        if (offset < 0 || offset > _buffered) offset = _buffered; // Nothing of the buffer is of use.
        int kept = _buffered - (int)offset;
        if (kept < count) Fill((int)offset, kept, (int)Math.Min(Math.Max(count, readAhead), limit - Position));
        return _buffer.AsSpan((int)(Position - _bufferPosition), _buffered - (int)(Position - _bufferPosition));
    }

    private void Fill(int offset, int kept, int wanted)
    {
        byte[] target = wanted <= _buffer.Length ? _buffer : ArrayPool<byte>.Shared.Rent(wanted);
        _buffer.AsSpan(offset, kept).CopyTo(target);
        if (target != _buffer)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = target;
        }

        if (wanted >= _chunk) _chunk = Math.Min(_chunk * 2, LargestChunk);
        _bufferPosition = Position;
        _buffered = kept;
        if (wanted > kept) _buffered += _file.ReadFully(_buffer.AsSpan(kept, wanted - kept), Position + kept);
    }
}
