using LogStore.Sinks.Sqlite.Mapping;

namespace LogStore.Sinks.Sqlite.Progress;

/// <summary>Tells records that were applied already. Its state is in the database, and changes in the same transaction.</summary>
internal interface IDeduplication : IDisposable
{
    /// <summary>What it has to know of a record.</summary>
    public RecordSource[] Sources { get; }

    /// <summary>Whether a record is new; it counts as seen then.</summary>
    /// <param name="progress">The partition, with <see cref="PartitionProgress.Next"/> before the record.</param>
    /// <param name="offset">The record's offset.</param>
    /// <param name="values">Its values, in the order of <see cref="Sources"/>.</param>
    /// <param name="problem">Why that cannot be said; null if it can.</param>
    public bool IsNew(PartitionProgress progress, long offset, ReadOnlySpan<BoundValue> values, out string? problem);

    /// <summary>Writes what a transaction has changed, before it commits.</summary>
    public void Write(IReadOnlyCollection<PartitionProgress> changed);

    /// <summary>Forgets what is remembered of the database: somebody else may have written there.</summary>
    public void Forget();
}
