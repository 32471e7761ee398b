using LogStore.IO;
using LogStore.Records;

namespace LogStore.Compaction;

/// <summary>
/// Writes a compacted segment: batches, and where some are missing, one empty batch that covers their offsets. So batches follow
/// each other without a gap in a compacted log as in any other, and whoever walks a file goes on checking that they do.
/// </summary>
/// <remarks>
/// What stands for missing batches has no producer, their leader epoch, so that the history of epochs still follows from the
/// headers, and the largest of their timestamps, so that the segment does not seem older than it is. Not thread-safe.
/// </remarks>
internal sealed class SegmentRewriter(StorageFile file) : IDisposable
{
    private readonly byte[] _buffer = new byte[1024 * 1024];
    private int _buffered;
    private long _written;
    private RecordBatchHeader _missing;
    private bool _anyMissing;

    /// <summary>How many bytes it has been given.</summary>
    public long Length => _written + _buffered;

    /// <summary>Adds a batch's bytes.</summary>
    public void Add(ReadOnlySpan<byte> batch)
    {
        CoverMissing();
        Write(batch);
    }

    /// <summary>Leaves a batch out.</summary>
    public void Skip(in RecordBatchHeader header)
    {
        bool joins = _anyMissing && _missing.LeaderEpoch == header.LeaderEpoch &&
            header.LastOffset - _missing.BaseOffset <= int.MaxValue;
        if (!joins) CoverMissing();
        long baseOffset = joins ? _missing.BaseOffset : header.BaseOffset;
        long newest = joins ? Math.Max(_missing.MaxTimestamp, header.MaxTimestamp) : header.MaxTimestamp;
        _missing = new RecordBatchHeader
        {
            BaseOffset = baseOffset,
            BatchLength = RecordBatchHeader.Size - RecordBatchHeader.LogOverhead,
            LeaderEpoch = header.LeaderEpoch,
            Magic = RecordBatchLayout.CurrentMagic,
            LastOffsetDelta = (int)(header.LastOffset - baseOffset),
            BaseTimestamp = newest,
            MaxTimestamp = newest,
            ProducerId = -1,
            ProducerEpoch = -1,
            BaseSequence = -1,
        };
        _anyMissing = true;
    }

    /// <summary>Brings everything to the device.</summary>
    public void Complete()
    {
        CoverMissing();
        WriteOut();
        file.Flush();
    }

    public void Dispose() => file.Dispose();

    private void CoverMissing()
    {
        if (!_anyMissing) return;
        _anyMissing = false;
        Span<byte> batch = stackalloc byte[RecordBatchHeader.Size];
        _missing.Write(batch);
        RecordBatchHeader.WriteChecksum(batch);
        Write(batch);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        // Positions in the indexes have 31 bits.
        if (Length + bytes.Length > int.MaxValue)
            throw new IOException($"The compacted segment would be larger than 2 GiB : '{file.Path}'");
        if (bytes.Length > _buffer.Length - _buffered) WriteOut();
        if (bytes.Length > _buffer.Length)
        {
            file.Write(bytes, _written);
            _written += bytes.Length;
            return;
        }

        bytes.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += bytes.Length;
    }

    private void WriteOut()
    {
        if (_buffered == 0) return;
        file.Write(_buffer.AsSpan(0, _buffered), _written);
        _written += _buffered;
        _buffered = 0;
    }
}
