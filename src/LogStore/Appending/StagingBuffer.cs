using LogStore.Segments;

namespace LogStore.Appending;

/// <summary>Where the log goes on in a new segment, and the producers as they stood there.</summary>
/// <param name="FirstBatch">The index in the buffer of the first batch of the new segment.</param>
/// <param name="BaseOffset">That batch's base offset, which names the segment.</param>
/// <param name="Snapshot">The producer snapshot at that offset.</param>
internal readonly record struct SegmentRoll(int FirstBatch, long BaseOffset, byte[] Snapshot);

/// <summary>
/// A run of batches, stamped with their offsets and standing back to back exactly as the file will hold them: they are
/// copied here once, and written from here with one call.
/// </summary>
/// <remarks>Owned by the append path: filled under its gate, then handed whole to its writer.</remarks>
internal sealed class StagingBuffer(int capacity)
{
    // Pinned, so that one day the same bytes can be posted to a device while they are written to the file.
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
    private StagedBatch[] _batches = new StagedBatch[64];

    public int Capacity => _bytes.Length;

    public int Length { get; private set; }

    public int BatchCount { get; private set; }

    public long Records { get; private set; }

    public int Room => _bytes.Length - Length;

    public List<SegmentRoll> Rolls { get; } = [];

    /// <summary>Copies a batch in and returns the copy, for stamping.</summary>
    public Span<byte> Add(ReadOnlySpan<byte> batch)
    {
        Span<byte> copy = _bytes.AsSpan(Length, batch.Length);
        batch.CopyTo(copy);
        return copy;
    }

    /// <summary>Counts the batch that was added last.</summary>
    public void Commit(int size, long lastOffset, long maxTimestamp, int records)
    {
        if (BatchCount == _batches.Length) Array.Resize(ref _batches, BatchCount * 2);
        _batches[BatchCount++] = new StagedBatch(Length, size, lastOffset, maxTimestamp);
        Length += size;
        Records += records;
    }

    /// <summary>Notes that the next batch begins a new segment.</summary>
    public void AddRoll(long baseOffset, byte[] snapshot) => Rolls.Add(new SegmentRoll(BatchCount, baseOffset, snapshot));

    public ReadOnlySpan<StagedBatch> Batches(int first, int end) => _batches.AsSpan(first, end - first);

    /// <summary>All batches, back to back.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    public void Clear()
    {
        Length = 0;
        BatchCount = 0;
        Records = 0;
        Rolls.Clear();
    }
}
