using LogStore.Records;

namespace LogStore.Producers;

/// <summary>What the log makes of an idempotent producer's batch.</summary>
internal enum SequenceCheck
{
    /// <summary>It is the producer's next batch, or not an idempotent one.</summary>
    Next,

    /// <summary>It is one of the last five, sent again.</summary>
    Duplicate,

    /// <summary>Its epoch is older than the producer's.</summary>
    Fenced,

    /// <summary>It neither follows the last batch nor repeats a remembered one.</summary>
    OutOfOrder,

    /// <summary>Nothing is known of the producer, and it does not begin at 0.</summary>
    UnknownProducer,
}

/// <summary>
/// The de-duplication state of one log: for each producer id its epoch and last five batches. It follows from the log's
/// batches alone, so followers, recovery and truncation arrive at the same state by replaying headers.
/// </summary>
/// <remarks>Not thread-safe: the append path guards it. Source: KIP-98, KIP-360.</remarks>
internal sealed class ProducerStateManager
{
    private readonly Dictionary<long, ProducerState> _producers = [];

    public int Count => _producers.Count;

    public IReadOnlyCollection<ProducerState> Producers => _producers.Values;

    /// <summary>Judges a batch before it is appended; <paramref name="known"/> is the original of a duplicate.</summary>
    public SequenceCheck Check(in RecordBatchHeader header, out ProducedBatch known)
    {
        known = default;
        if (!header.HasProducerId || header.IsControl) return SequenceCheck.Next;
        if (!_producers.TryGetValue(header.ProducerId, out ProducerState? state))
            return header.BaseSequence == 0 ? SequenceCheck.Next : SequenceCheck.UnknownProducer;
        if (header.ProducerEpoch < state.Epoch) return SequenceCheck.Fenced;
        if (header.ProducerEpoch > state.Epoch)
            return header.BaseSequence == 0 ? SequenceCheck.Next : SequenceCheck.OutOfOrder;
        if (header.BaseSequence == state.NextSequence) return SequenceCheck.Next;
        return state.TryFind(header.BaseSequence, header.LastSequence, out known)
            ? SequenceCheck.Duplicate
            : SequenceCheck.OutOfOrder;
    }

    /// <summary>The error for a check that refuses the batch.</summary>
    public LogStoreException Refusal(SequenceCheck check, in RecordBatchHeader header)
    {
        ProducerState? state = _producers.GetValueOrDefault(header.ProducerId);
        return check switch
        {
            SequenceCheck.Fenced => new ProducerFencedException(header.ProducerId, header.ProducerEpoch, state!.Epoch),
            SequenceCheck.OutOfOrder => new OutOfOrderSequenceException(
                header.ProducerId, header.BaseSequence,
                header.ProducerEpoch == state!.Epoch ? state.NextSequence : 0),
            _ => new UnknownProducerIdException(header.ProducerId, header.BaseSequence),
        };
    }

    /// <summary>Takes note of a batch of the log, at the offsets and the time (milliseconds) it was given.</summary>
    public void Record(in RecordBatchHeader header, long baseOffset, long timestamp)
    {
        if (!header.HasProducerId || header.IsControl) return;
        if (!_producers.TryGetValue(header.ProducerId, out ProducerState? state))
        {
            state = new ProducerState(header.ProducerId, header.ProducerEpoch);
            _producers.Add(header.ProducerId, state);
        }

        ProducedBatch batch = new(
            header.BaseSequence, header.LastSequence, baseOffset, baseOffset + header.LastOffsetDelta);
        state.Add(header.ProducerEpoch, batch, timestamp);
    }

    /// <summary>How far a producer has come; null when nothing is known of it.</summary>
    public ProducerPosition? Find(long producerId) =>
        _producers.TryGetValue(producerId, out ProducerState? state) && state.Count > 0
            ? new ProducerPosition(state.Epoch, state.Last.LastSequence, state.Last.LastOffset)
            : null;

    /// <summary>What is known of each producer.</summary>
    public List<ActiveProducer> List() =>
    [
        .. _producers.Values.Where(state => state.Count > 0).Select(state => new ActiveProducer(
            state.ProducerId, state.Epoch, state.Last.LastSequence, state.LastTimestamp)),
    ];

    /// <summary>Puts back a producer as a snapshot holds it.</summary>
    public void Restore(ProducerState state) => _producers[state.ProducerId] = state;

    /// <summary>Forgets the producers that have not written since <paramref name="timestamp"/> (milliseconds).</summary>
    public int ExpireBefore(long timestamp)
    {
        int before = _producers.Count;
        foreach ((long producerId, ProducerState state) in _producers)
        {
            if (state.LastTimestamp < timestamp) _producers.Remove(producerId);
        }

        return before - _producers.Count;
    }

    public void Clear() => _producers.Clear();
}
