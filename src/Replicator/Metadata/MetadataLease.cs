namespace LogStore.Replicator.Metadata;

/// <summary>Names a lease of the store.</summary>
public readonly record struct MetadataLease(long Id)
{
    /// <summary>No lease.</summary>
    public static MetadataLease None => default;
}
