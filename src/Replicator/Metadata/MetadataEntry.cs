namespace LogStore.Replicator.Metadata;

/// <summary>A key and what is stored under it.</summary>
/// <param name="Key">Non-empty, of printable ASCII characters; parts are separated by '/' as in a path.</param>
/// <param name="Value">At most <see cref="MaxValueBytes"/>.</param>
/// <param name="Version">The store's revision at which the entry was last put: unique, and only rising.</param>
/// <param name="Lease">
/// The lease that the entry lives by; <see cref="MetadataLease.None"/> when it stays until deleted.
/// </param>
public sealed record MetadataEntry(string Key, ReadOnlyMemory<byte> Value, long Version, MetadataLease Lease)
{
    /// <summary>
    /// The most bytes of a value, and of all values of one transaction together: 1 MiB, as etcd takes 1.5.
    /// </summary>
    public const int MaxValueBytes = 1 << 20;
}
