namespace LogStore.Client.Producing;

/// <content>What becomes of batches that were sent.</content>
internal sealed partial class PartitionQueue
{
    /// <summary>Takes note of an answer that concerns a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="code">What the broker said, or what happened to the connection.</param>
    /// <param name="message">The same in words; null if there are none.</param>
    /// <param name="baseOffset">Where the batch is; -1 if it is not known.</param>
    /// <param name="logAppendTimeMs">The broker's time stamp; -1 if it keeps the records' own.</param>
    public void Handle(ProducerBatch batch, ErrorCode code, string? message, long baseOffset, long logAppendTimeMs)
    {
        Fate fate;
        lock (_gate)
        {
            fate = Decide(batch, code);
            if (fate == Fate.Deferred) PutBack(batch);
            else if (fate != Fate.Delivered && batch.Identity is not null) _isBroken = true;
            _underWay.Remove(batch);
            if (fate != Fate.Deferred) _ending++;
        }

        if (fate == Fate.Deferred)
        {
            core.NoteRetry(this, code);
            return;
        }

        if (fate == Fate.Delivered) core.Complete(this, batch, baseOffset, logAppendTimeMs);
        else core.Fail(this, batch, code, ErrorText.Describe(code, message));
        NoteEnded();
    }

    private Fate Decide(ProducerBatch batch, ErrorCode code)
    {
        // A repetition of what is in the log already is what was to be achieved.
        if (code is ErrorCode.None or ErrorCode.DuplicateSequenceNumber) return Fate.Delivered;
        if (code is ErrorCode.NetworkException or ErrorCode.RequestTimedOut or ErrorCode.NotEnoughReplicasAfterAppend or
            ErrorCode.UnknownServerError)
            batch.MayHaveBeenAppended = true;
        if (core.Now - batch.CreatedAt >= core.DeliveryTimeout) return Fate.Failed;

        switch (code)
        {
            case ErrorCode.OutOfOrderSequenceNumber when batch.Identity is not null && !batch.WasFirst:
                return Fate.Deferred; // Only because an earlier one has to be sent again.
            case ErrorCode.OutOfOrderSequenceNumber or ErrorCode.UnknownProducerId or ErrorCode.InvalidProducerEpoch or
                ErrorCode.ProducerFenced or ErrorCode.InvalidProducerIdMapping when batch.Identity is not null:
                // The broker has lost what this producer wrote before, or has forgotten the producer. The batch itself
                // it has refused, so it may go under a new identity, unless an earlier attempt's answer was lost.
                _isBroken = true;
                return batch.MayHaveBeenAppended ? Fate.Failed : Fate.Deferred;
            default:
                return code.IsRetriable() ? Fate.Deferred : Fate.Failed;
        }
    }

    /// <summary>Puts a batch back to its place, to be sent again after a pause.</summary>
    private void PutBack(ProducerBatch batch)
    {
        batch.NotBefore = core.Now + core.RetryPause(batch.Attempts);
        int index = 0;
        while (index < _waiting.Count && _waiting[index].Order < batch.Order) index++;
        _waiting.Insert(index, batch);
    }

    /// <summary>Prepares for a new identity; false as long as something is under way under the old one.</summary>
    private bool TryRepair(ref List<ProducerBatch>? failed)
    {
        if (_underWay.Count > 0) return false;
        for (int i = _waiting.Count - 1; i >= 0; i--)
        {
            ProducerBatch batch = _waiting[i];
            if (batch.Identity is null) continue;
            if (batch.MayHaveBeenAppended)
            {
                _waiting.RemoveAt(i);
                (failed ??= []).Insert(0, batch);
                _ending++;
            }
            else
            {
                batch.ClearIdentity();
            }
        }

        _abandoned = _identity ?? _abandoned;
        _identity = null;
        _nextSequence = 0;
        _isBroken = false;
        core.NoteRenewal(this);
        return true;
    }

    private enum Fate
    {
        Delivered,
        Deferred,
        Failed,
    }
}
