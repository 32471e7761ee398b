namespace LogStore.Replicator.Metadata;

/// <summary>
/// What a watch tells: the whole state under its prefix, or what one or more revisions have changed of it.
/// </summary>
/// <param name="Revision">The revision that the watcher's state is at once the update is applied.</param>
/// <param name="IsSnapshot">Whether <paramref name="Put"/> is all there is; otherwise it is what has changed.</param>
/// <param name="Put">Entries put, each key once, in its latest form.</param>
/// <param name="Deleted">Keys deleted; empty in a snapshot.</param>
public sealed record MetadataUpdate(
    long Revision, bool IsSnapshot, IReadOnlyList<MetadataEntry> Put, IReadOnlyList<string> Deleted);
