namespace LogStore.Client.Producing;

/// <summary>What became of an attempt to append a record.</summary>
internal enum AppendOutcome
{
    /// <summary>It is in a batch.</summary>
    Appended,

    /// <summary>It takes a new batch, which was not allowed.</summary>
    NeedsNewBatch,

    /// <summary>It takes a new batch, for which there is no memory now.</summary>
    NoMemory,

    /// <summary>The topic's partitions are not known yet.</summary>
    NoMetadata,
}
