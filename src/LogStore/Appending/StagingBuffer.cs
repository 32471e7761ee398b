using LogStore.Segments;

namespace LogStore.Appending;

/// <summary>Where the log goes on in a new segment, and the producers as they stood there.</summary>
/// <param name="FirstBatch">The index in the buffer of the first batch of the new segment.</param>
/// <param name="BaseOffset">That batch's base offset, which names the segment.</param>
/// <param name="Snapshot">The producer snapshot at that offset.</param>
internal readonly record struct SegmentRoll(int FirstBatch, long BaseOffset, byte[] Snapshot);

/// <summary>
/// A run of batches, stamped with their offsets and standing back to back exactly as the file will hold them: they are
/// copied here once, written from here with one call, and sent to replicas from here.
/// </summary>
/// <remarks>
/// Filled under the append path's gate, then handed whole to its writer, and not changed until nobody holds it any more.
/// </remarks>
/// <param name="block">The memory.</param>
/// <param name="home">Where it goes when nobody holds it any more; null for nowhere.</param>
internal sealed class StagingBuffer(StagingBlock block, StagingPool? home)
{
    private StagedBatch[] _batches = new StagedBatch[64];
    private int _holders = 1;

    public StagingBlock Block => block;

    public int Capacity { get; } = block.Span.Length;

    public int Length { get; private set; }

    public int BatchCount { get; private set; }

    public long Records { get; private set; }

    /// <summary>The base offset of the first batch.</summary>
    public long BaseOffset { get; private set; }

    public int Room => Capacity - Length;

    public List<SegmentRoll> Rolls { get; } = [];

    /// <summary>Keeps what is in it from being changed; to be called by who knows that somebody else holds it, or nobody can.</summary>
    public void Hold() => Interlocked.Increment(ref _holders);

    /// <summary>Ends <see cref="Hold"/>, or the hold of who has rented it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0) home?.Return(this);
    }

    /// <summary>Copies a batch in and returns the copy, for stamping.</summary>
    public Span<byte> Add(ReadOnlySpan<byte> batch)
    {
        Span<byte> copy = block.Span.Slice(Length, batch.Length);
        batch.CopyTo(copy);
        return copy;
    }

    /// <summary>Counts the batch that was added last.</summary>
    public void Commit(int size, long baseOffset, long lastOffset, long maxTimestamp, int records)
    {
        if (BatchCount == 0) BaseOffset = baseOffset;
        if (BatchCount == _batches.Length) Array.Resize(ref _batches, BatchCount * 2);
        _batches[BatchCount++] = new StagedBatch(Length, size, lastOffset, maxTimestamp);
        Length += size;
        Records += records;
    }

    /// <summary>Notes that the next batch begins a new segment.</summary>
    public void AddRoll(long baseOffset, byte[] snapshot) => Rolls.Add(new SegmentRoll(BatchCount, baseOffset, snapshot));

    public ReadOnlySpan<StagedBatch> Batches(int first, int end) => _batches.AsSpan(first, end - first);

    /// <summary>All batches, back to back.</summary>
    public ReadOnlySpan<byte> Bytes => block.Span[..Length];

    /// <summary>The index of the batch that begins at an offset; -1 when there is none.</summary>
    public int Find(long baseOffset)
    {
        if (BatchCount == 0 || baseOffset < BaseOffset) return -1;
        if (baseOffset == BaseOffset) return 0;
        // The one before it ends just below.
        int low = 0, high = BatchCount - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_batches[middle].LastOffset < baseOffset - 1) low = middle + 1;
            else high = middle;
        }

        return _batches[low].LastOffset == baseOffset - 1 && low + 1 < BatchCount ? low + 1 : -1;
    }

    public void Clear()
    {
        Length = 0;
        BatchCount = 0;
        Records = 0;
        Rolls.Clear();
    }
}
