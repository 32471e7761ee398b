namespace LogStore;

/// <summary>A batch of an idempotent producer does not follow the producer's last one: at least one is missing.</summary>
public sealed class OutOfOrderSequenceException : LogStoreException
{
    /// <summary>Makes the error.</summary>
    public OutOfOrderSequenceException(long producerId, int sequence, int expectedSequence)
        : base($"Producer {producerId} sent sequence {sequence} where {expectedSequence} was expected.")
    {
        ProducerId = producerId;
        Sequence = sequence;
        ExpectedSequence = expectedSequence;
    }

    /// <summary>The producer's id.</summary>
    public long ProducerId { get; }

    /// <summary>The base sequence of the refused batch.</summary>
    public int Sequence { get; }

    /// <summary>The sequence that would have been taken.</summary>
    public int ExpectedSequence { get; }
}

/// <summary>A newer instance of the producer has taken over: its epoch is higher than this batch's.</summary>
public sealed class ProducerFencedException : LogStoreException
{
    /// <summary>Makes the error.</summary>
    public ProducerFencedException(long producerId, short epoch, short currentEpoch)
        : base($"Producer {producerId} with epoch {epoch} is fenced: its current epoch is {currentEpoch}.")
    {
        ProducerId = producerId;
        Epoch = epoch;
        CurrentEpoch = currentEpoch;
    }

    /// <summary>The producer's id.</summary>
    public long ProducerId { get; }

    /// <summary>The epoch of the refused batch.</summary>
    public short Epoch { get; }

    /// <summary>The epoch that the log has seen.</summary>
    public short CurrentEpoch { get; }
}

/// <summary>
/// The log knows nothing of the producer (it never wrote here, or its state expired), so a batch that does not begin at
/// sequence 0 cannot be told from one that follows a lost batch.
/// </summary>
public sealed class UnknownProducerIdException : LogStoreException
{
    /// <summary>Makes the error.</summary>
    public UnknownProducerIdException(long producerId, int sequence)
        : base($"Producer {producerId} is unknown here; its first sequence must be 0, not {sequence}.")
    {
        ProducerId = producerId;
        Sequence = sequence;
    }

    /// <summary>The producer's id.</summary>
    public long ProducerId { get; }

    /// <summary>The base sequence of the refused batch.</summary>
    public int Sequence { get; }
}
