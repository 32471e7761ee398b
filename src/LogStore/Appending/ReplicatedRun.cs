using LogStore.Records;
using LogStore.Segments;

namespace LogStore.Appending;

/// <summary>
/// Batches as they came from a leader, back to back in the caller's memory: checked here, each for itself and all for their
/// order, before anything is done with them.
/// </summary>
/// <remarks>Not thread-safe: its log appends one run at a time. It keeps its memory from run to run.</remarks>
internal sealed class ReplicatedRun
{
    private RecordBatchHeader[] _headers = new RecordBatchHeader[16];
    private StagedBatch[] _batches = new StagedBatch[16];

    public int Count { get; private set; }

    /// <summary>The size of all batches.</summary>
    public int Length { get; private set; }

    /// <summary>How many records the batches hold; fewer than offsets where the log was compacted.</summary>
    public long Records { get; private set; }

    /// <summary>Where the log goes on in new segments.</summary>
    public List<SegmentRoll> Rolls { get; } = [];

    public ref readonly RecordBatchHeader First => ref _headers[0];

    public ref readonly RecordBatchHeader Last => ref _headers[Count - 1];

    public ReadOnlySpan<RecordBatchHeader> Headers => _headers.AsSpan(0, Count);

    public ReadOnlySpan<StagedBatch> Batches(int first, int end) => _batches.AsSpan(first, end - first);

    /// <summary>Takes a run of whole batches in the place of the last one.</summary>
    /// <exception cref="InvalidRecordBatchException">
    /// A batch is not whole, damaged, or not the one that follows the batch before it; or an epoch goes back.
    /// </exception>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        Count = 0;
        Length = bytes.Length;
        Records = 0;
        Rolls.Clear();
        int position = 0;
        while (position < bytes.Length)
        {
            BatchStatus status = RecordBatchHeader.Validate(bytes[position..], out RecordBatchHeader header);
            if (status != BatchStatus.Valid) InvalidBatch.ThrowStatus(status, bytes[position..], header);
            if (Count > 0) CheckFollows(header, Last.NextOffset, Last.LeaderEpoch);
            Add(header, position);
            position += header.SizeInBytes;
        }
    }

    /// <summary>Checks that a batch is the one that goes on where the log ends, in an epoch that is no older.</summary>
    /// <remarks>
    /// Base offset and epoch lie outside the checksum, so it is the gapless sequence that vouches for them. A compacted log has
    /// no gaps either: empty batches stand for what was taken out.
    /// </remarks>
    public static void CheckFollows(in RecordBatchHeader header, long endOffset, int latestEpoch)
    {
        if (header.BaseOffset != endOffset) ThrowOffset(header, endOffset);
        CheckEpoch(header, latestEpoch);
    }

    public static void CheckEpoch(in RecordBatchHeader header, int latestEpoch)
    {
        if (header.LeaderEpoch < Math.Max(latestEpoch, 0)) ThrowEpoch(header, latestEpoch);
    }

    private static void ThrowOffset(in RecordBatchHeader header, long endOffset) => throw new InvalidRecordBatchException(
        $"The replicated batch at offset {header.BaseOffset} does not follow what is there, which ends at {endOffset}.");

    private static void ThrowEpoch(in RecordBatchHeader header, int latestEpoch) => throw new InvalidRecordBatchException(
        $"The replicated batch at offset {header.BaseOffset} is of leader epoch {header.LeaderEpoch}, " +
        $"but one of epoch {latestEpoch} stands before it.");

    private void Add(in RecordBatchHeader header, int position)
    {
        if (Count == _headers.Length)
        {
            Array.Resize(ref _headers, Count * 2);
            Array.Resize(ref _batches, Count * 2);
        }

        _headers[Count] = header;
        _batches[Count] = new StagedBatch(position, header.SizeInBytes, header.LastOffset, header.MaxTimestamp);
        Count++;
        Records += header.RecordCount;
    }
}
