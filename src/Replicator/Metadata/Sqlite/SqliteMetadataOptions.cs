namespace LogStore.Replicator.Metadata.Sqlite;

/// <summary>Where a SQLite metadata store is, and how patient it is.</summary>
public sealed record SqliteMetadataOptions
{
    /// <summary>
    /// The file, made if there is none, on a local file system. SQLite keeps files named <c>-wal</c> and <c>-shm</c>
    /// beside it, and the store one named <c>-changed</c>.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>
    /// How long a call waits while another process has the file locked; above zero. 5 seconds unless set.
    /// </summary>
    public TimeSpan BusyTimeout
    {
        get;
        init => field = value >= TimeSpan.FromMilliseconds(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "At least a millisecond.");
    } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// For how many revisions deletions are remembered: a watcher further behind gets the state as a whole. The same
    /// for all who use the file.
    /// </summary>
    internal long HistoryRevisions { get; init; } = 10_000;
}
