namespace LogStore;

/// <summary>A record for a compacted log has no key, by which alone it could be kept. Nothing was appended.</summary>
public sealed class RecordWithoutKeyException : LogStoreException
{
    /// <summary>Makes the error.</summary>
    /// <param name="index">Which record of the batch it is, from 0.</param>
    public RecordWithoutKeyException(int index)
        : base($"Record {index} (from 0) of the batch has no key, and the log is compacted: give it one, or take " +
               "'compact' out of cleanup.policy.") => Index = index;

    /// <summary>Which record of the batch it is, from 0.</summary>
    public int Index { get; }
}
