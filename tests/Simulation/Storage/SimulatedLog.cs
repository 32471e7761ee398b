using LogStore.Epochs;
using LogStore.Producers;
using LogStore.Records;
using LogStore.Replicator.Protocol;

namespace LogStore.Simulation.Storage;

/// <summary>
/// A partition's log on one broker's disk: batches, of which the first are durable. Epochs and producer state are kept by
/// the code that the real log keeps them with. As there, a local append gets its place first, in the epoch that is in force,
/// and is written later, whatever the epoch is by then.
/// </summary>
internal sealed class SimulatedLog : IReplicaLog
{
    private readonly LeaderEpochHistory _epochs = new();
    private readonly HashSet<SimulatedBatch> _damaged = [];
    private readonly List<SimulatedBatch> _staged = [];

    public List<SimulatedBatch> Batches { get; } = [];

    public ProducerStateManager Producers { get; } = new();

    public long LogStartOffset { get; private set; }

    public long LogEndOffset { get; private set; }

    public long FlushedOffset { get; private set; }

    public int LatestEpoch => _epochs.Latest;

    /// <summary>The epoch in which local appends are taken; they are refused in any other.</summary>
    public int AppendEpoch { get; private set; } = -1;

    /// <summary>Whether a batch has gone bad, which nobody knows before it is read.</summary>
    public bool IsDamaged => _damaged.Count > 0;

    public SimulatedBatch? Last => Batches.Count == 0 ? null : Batches[^1];

    /// <summary>The batch that ends where the log does, also when it was deleted since; null when it is not known.</summary>
    public SimulatedBatch? Tail { get; private set; }

    /// <summary>Whether batches have their place that are not written yet.</summary>
    public bool IsWriting => _staged.Count > 0;

    /// <summary>Where the next local append goes.</summary>
    public long NextOffset => IsWriting ? _staged[^1].NextOffset : LogEndOffset;

    /// <summary>The batch in front of it.</summary>
    public SimulatedBatch? NextTail => IsWriting ? _staged[^1] : Tail;

    public (int Epoch, long EndOffset) EndOffsetForEpoch(int epoch) => _epochs.EndOffsetFor(epoch, LogEndOffset);

    public void BeginEpoch(int epoch) => AppendEpoch = epoch;

    /// <summary>Appends a leader's batch, when nothing else is being written.</summary>
    public void Append(SimulatedBatch batch)
    {
        Note(batch);
        Write(batch);
    }

    /// <summary>Gives a local batch its place.</summary>
    public void Stage(SimulatedBatch batch)
    {
        Note(batch);
        _staged.Add(batch);
    }

    /// <summary>Writes what has its place.</summary>
    public void WriteStaged()
    {
        foreach (SimulatedBatch batch in _staged) Write(batch);
        _staged.Clear();
    }

    /// <summary>Takes back what has its place and is not written.</summary>
    public void DropStaged()
    {
        if (!IsWriting) return;
        _staged.Clear();
        _epochs.TruncateFromEnd(LogEndOffset);
        Replay();
    }

    public void Flush() => FlushedOffset = LogEndOffset;

    /// <summary>Whether the batch at an offset is good; one that is not makes the log fail.</summary>
    public bool IsGood(SimulatedBatch batch) => !_damaged.Contains(batch);

    /// <summary>Where the batch is that begins at an offset or holds it; the count when there is none.</summary>
    public int IndexOf(long offset)
    {
        int low = 0;
        int high = Batches.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Batches[middle].NextOffset <= offset) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Whether the log holds just this batch, or has deleted it because it was old.</summary>
    public bool Holds(SimulatedBatch batch)
    {
        if (batch.NextOffset <= LogStartOffset) return true;
        int index = IndexOf(batch.BaseOffset);
        return index < Batches.Count && ReferenceEquals(Batches[index], batch);
    }

    /// <summary>Cuts whole batches off the end. The cut is durable: a real log flushes it before it says so.</summary>
    public void Truncate(long endOffset)
    {
        int kept = Batches.Count;
        while (kept > 0 && Batches[kept - 1].NextOffset > endOffset) kept--;
        if (kept == Batches.Count) return;
        LogEndOffset = Math.Max(LogStartOffset, Batches[kept].BaseOffset);
        Tail = Batches[kept].Previous;
        Batches.RemoveRange(kept, Batches.Count - kept);
        FlushedOffset = Math.Min(FlushedOffset, LogEndOffset);
        _epochs.TruncateFromEnd(LogEndOffset);
        _damaged.RemoveWhere(batch => batch.NextOffset > LogEndOffset);
        Replay();
    }

    public void Reset(long startOffset)
    {
        Batches.Clear();
        _epochs.Clear();
        _damaged.Clear();
        Producers.Clear();
        Tail = null;
        _staged.Clear();
        LogStartOffset = LogEndOffset = FlushedOffset = startOffset;
    }

    public void AdvanceLogStart(long startOffset)
    {
        if (startOffset <= LogStartOffset || startOffset > LogEndOffset) return;
        LogStartOffset = startOffset;
        Batches.RemoveRange(0, IndexOf(startOffset));
        _epochs.TruncateFromStart(startOffset);
        FlushedOffset = Math.Max(FlushedOffset, startOffset);
        _damaged.RemoveWhere(batch => batch.NextOffset <= startOffset);
    }

    /// <summary>
    /// The power fails, and the log is opened again: of what was not flushed a random part is left, the batch behind it torn;
    /// recovery's checksums cut the log there.
    /// </summary>
    public void LosePower(Prng random)
    {
        DropStaged();
        int durable = IndexOf(FlushedOffset);
        int left = durable + random.Below(Batches.Count - durable + 1);
        if (left < Batches.Count) Truncate(Batches[left].BaseOffset);
        Flush();
        Reopen();
    }

    /// <summary>The log is opened again by a new process: what followed from the batches is built from them.</summary>
    public void Reopen()
    {
        AppendEpoch = -1;
        DropStaged();
        Replay();
    }

    /// <summary>A batch goes bad, one of those that are durable.</summary>
    public void Damage(int choice)
    {
        int durable = IndexOf(FlushedOffset);
        if (durable > 0) _damaged.Add(Batches[choice % durable]);
    }

    private void Write(SimulatedBatch batch)
    {
        Batches.Add(batch);
        Tail = batch;
        LogEndOffset = batch.NextOffset;
    }

    private void Note(SimulatedBatch batch)
    {
        RecordBatchHeader header = batch.Header;
        _epochs.Record(header.LeaderEpoch, header.BaseOffset);
        Producers.Record(header, header.BaseOffset, 0);
    }

    /// <summary>Builds the producers' state from the batches, as recovery and truncation do.</summary>
    private void Replay()
    {
        Producers.Clear();
        foreach (SimulatedBatch batch in Batches) Producers.Record(batch.Header, batch.BaseOffset, 0);
    }
}
