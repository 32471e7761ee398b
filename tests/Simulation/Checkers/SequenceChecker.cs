using LogStore.Records;
using LogStore.Simulation.Storage;

namespace LogStore.Simulation.Checkers;

/// <summary>In what is committed, each producer's sequences follow each other: none is there twice, none is left out.</summary>
/// <remarks>Only committed batches are looked at; what is cut away later may be doubled.</remarks>
internal sealed class SequenceChecker(int partition)
{
    private readonly Dictionary<long, (short Epoch, int Next)> _producers = [];

    public void OnCommitted(SimulatedBatch batch)
    {
        RecordBatchHeader header = batch.Header;
        bool isKnown = _producers.TryGetValue(header.ProducerId, out (short Epoch, int Next) known);
        int expected = isKnown && known.Epoch == header.ProducerEpoch ? known.Next : 0;
        if ((isKnown && header.ProducerEpoch < known.Epoch) || header.BaseSequence != expected)
        {
            throw new SimulationFailure(
                "Sequence", $"partition {partition} commits {batch}, expected sequence {expected} after epoch {known.Epoch}");
        }

        _producers[header.ProducerId] = (header.ProducerEpoch, header.LastSequence + 1);
    }

    /// <summary>Starts anew from what is still there after an excused loss.</summary>
    public void Restart(IEnumerable<SimulatedBatch> committed)
    {
        _producers.Clear();
        foreach (SimulatedBatch batch in committed) OnCommitted(batch);
    }
}
