namespace LogStore.Replicator.Metadata;

/// <summary>Entries as they were at one revision of the store.</summary>
public sealed record MetadataSnapshot(long Revision, IReadOnlyList<MetadataEntry> Entries);
