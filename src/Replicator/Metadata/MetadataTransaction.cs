namespace LogStore.Replicator.Metadata;

/// <summary>Changes that happen together, or not at all if one of the conditions does not hold.</summary>
/// <remarks>
/// Not thread-safe. At most <see cref="MaxOperations"/> conditions and as many changes; a key is changed once; all
/// values together have at most <see cref="MetadataEntry.MaxValueBytes"/>. A store refuses what is more by
/// <see cref="ArgumentException"/>.
/// </remarks>
public sealed class MetadataTransaction
{
    /// <summary>The most conditions, and the most changes, of one transaction: etcd's default limit.</summary>
    public const int MaxOperations = 128;

    private readonly List<MetadataCondition> _conditions = [];
    private readonly List<MetadataChange> _changes = [];

    /// <summary>What must hold.</summary>
    public IReadOnlyList<MetadataCondition> Conditions => _conditions;

    /// <summary>What then happens.</summary>
    public IReadOnlyList<MetadataChange> Changes => _changes;

    /// <summary>The key's entry must still be of this version; 0: there must be none.</summary>
    public MetadataTransaction If(string key, long version)
    {
        _conditions.Add(new MetadataCondition(key, version));
        return this;
    }

    /// <summary>
    /// Puts an entry, to live by a lease if one is given; whatever lease it had before, it has no longer. That the
    /// lease is still there is a condition as well: if it is not, nothing happens.
    /// </summary>
    public MetadataTransaction Put(string key, ReadOnlyMemory<byte> value, MetadataLease lease = default)
    {
        _changes.Add(new MetadataChange(key, value, lease));
        return this;
    }

    /// <summary>Deletes an entry; one that is not there is no error.</summary>
    public MetadataTransaction Delete(string key)
    {
        _changes.Add(new MetadataChange(key, Value: null, MetadataLease.None));
        return this;
    }

    /// <exception cref="ArgumentException">It has more than a transaction may have, or changes a key twice.</exception>
    internal void Validate()
    {
        if (_conditions.Count > MaxOperations || _changes.Count > MaxOperations)
            throw new ArgumentException($"A transaction has at most {MaxOperations} conditions and as many changes.");
        foreach (MetadataCondition condition in _conditions) MetadataKey.Validate(condition.Key);
        HashSet<string> keys = new(_changes.Count, StringComparer.Ordinal);
        long bytes = 0;
        foreach (MetadataChange change in _changes)
        {
            MetadataKey.Validate(change.Key);
            if (!keys.Add(change.Key)) throw new ArgumentException($"A transaction changes '{change.Key}' twice.");
            bytes += change.Value?.Length ?? 0;
        }

        if (bytes > MetadataEntry.MaxValueBytes)
            throw new ArgumentException($"A transaction of {bytes} bytes is above {MetadataEntry.MaxValueBytes}.");
    }
}

/// <summary>The version that a key's entry must have; 0: there must be none.</summary>
public readonly record struct MetadataCondition(string Key, long Version);

/// <summary>A key's new value; null deletes the entry.</summary>
public readonly record struct MetadataChange(string Key, ReadOnlyMemory<byte>? Value, MetadataLease Lease);

/// <summary>How a transaction went.</summary>
/// <param name="Succeeded">Whether all conditions held, leases were there, and the changes were made.</param>
/// <param name="Revision">
/// The store's revision afterwards: if it succeeded, the version of all entries that were put.
/// </param>
public readonly record struct MetadataResult(bool Succeeded, long Revision);
