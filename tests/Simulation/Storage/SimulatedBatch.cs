using LogStore.Records;

namespace LogStore.Simulation.Storage;

/// <summary>
/// A record batch, made once by the leader that appended it and shared by all logs that hold it: two batches are equal when
/// they are the same object.
/// </summary>
internal sealed class SimulatedBatch
{
    public required RecordBatchHeader Header { get; init; }

    /// <summary>What the producer sent; unique in a run.</summary>
    public required long Payload { get; init; }

    /// <summary>The batch in front of it, in the leader's log; null for the first of a log.</summary>
    public required SimulatedBatch? Previous { get; init; }

    public long BaseOffset => Header.BaseOffset;

    public long NextOffset => Header.NextOffset;

    public int Epoch => Header.LeaderEpoch;

    public override string ToString() =>
        $"[{BaseOffset},{NextOffset}) epoch {Epoch} producer {Header.ProducerId}/{Header.ProducerEpoch} " +
        $"sequence {Header.BaseSequence} payload {Payload}";
}
