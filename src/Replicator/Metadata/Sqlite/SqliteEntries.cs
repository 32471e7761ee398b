using Microsoft.Data.Sqlite;

namespace LogStore.Replicator.Metadata.Sqlite;

/// <summary>Reads and changes entries, within a transaction of the session's.</summary>
internal static class SqliteEntries
{
    private const string Columns = "SELECT key, value, version, lease FROM entry ";

    public static long Revision(SqliteSession session) => (long)session.Scalar("SELECT revision FROM store")!;

    public static MetadataEntry? Get(SqliteSession session, string key) =>
        session.Query(ToEntry, Columns + "WHERE key = $1", key).SingleOrDefault();

    public static MetadataSnapshot List(SqliteSession session, string prefix)
    {
        List<MetadataEntry> entries = session.Query(
            ToEntry, Columns + "WHERE key >= $1 AND key < $2 ORDER BY key", prefix, MetadataKey.EndOf(prefix));
        return new MetadataSnapshot(Revision(session), entries);
    }

    /// <summary>
    /// What a watcher who knows the state at revision <paramref name="since"/> has to be told; null: nothing. One who
    /// knows none yet (-1) or is too far behind is told the state as a whole.
    /// </summary>
    public static MetadataUpdate? Changes(SqliteSession session, string prefix, long since, long revision)
    {
        if (since < 0 || revision - since > session.Options.HistoryRevisions)
            return new MetadataUpdate(revision, IsSnapshot: true, List(session, prefix).Entries, Deleted: []);
        string end = MetadataKey.EndOf(prefix);
        List<MetadataEntry> put = session.Query(
            ToEntry, Columns + "WHERE version > $1 AND key >= $2 AND key < $3 ORDER BY version", since, prefix, end);
        List<string> deleted = session.Query(
            row => row.GetString(0),
            "SELECT key FROM tombstone WHERE revision > $1 AND key >= $2 AND key < $3 ORDER BY revision",
            since,
            prefix,
            end);
        return put.Count + deleted.Count == 0 ? null : new MetadataUpdate(revision, IsSnapshot: false, put, deleted);
    }

    public static MetadataResult Transact(SqliteSession session, MetadataTransaction transaction)
    {
        long revision = Revision(session);
        foreach (MetadataCondition condition in transaction.Conditions)
        {
            object? version = session.Scalar("SELECT version FROM entry WHERE key = $1", condition.Key);
            if (condition.Version != ((long?)version ?? 0))
                return new MetadataResult(Succeeded: false, revision);
        }

        foreach (MetadataChange change in transaction.Changes)
        {
            if (change.Lease != MetadataLease.None && !SqliteLeases.Exists(session, change.Lease))
                return new MetadataResult(Succeeded: false, revision);
        }

        bool changed = false;
        foreach (MetadataChange change in transaction.Changes) changed |= Apply(session, change, revision + 1);
        if (changed) SetRevision(session, ++revision);
        return new MetadataResult(Succeeded: true, revision);
    }

    /// <summary>Deletes the entries that live by a lease; a revision of its own, if there are any.</summary>
    public static void DeleteAll(SqliteSession session, MetadataLease lease)
    {
        List<string> keys = session.Query(row => row.GetString(0), "SELECT key FROM entry WHERE lease = $1", lease.Id);
        if (keys.Count == 0) return;
        long revision = Revision(session) + 1;
        foreach (string key in keys) Delete(session, key, revision);
        SetRevision(session, revision);
    }

    private static bool Apply(SqliteSession session, MetadataChange change, long revision)
    {
        if (change.Value is not { } value) return Delete(session, change.Key, revision);
        session.Execute(
            """
            INSERT INTO entry (key, value, version, lease) VALUES ($1, $2, $3, $4)
            ON CONFLICT (key) DO UPDATE SET value = $2, version = $3, lease = $4
            """,
            change.Key,
            value.ToArray(),
            revision,
            change.Lease.Id);
        session.Execute("DELETE FROM tombstone WHERE key = $1", change.Key);
        return true;
    }

    private static bool Delete(SqliteSession session, string key, long revision)
    {
        if (session.Execute("DELETE FROM entry WHERE key = $1", key) == 0) return false;
        session.Execute("INSERT OR REPLACE INTO tombstone (key, revision) VALUES ($1, $2)", key, revision);
        return true;
    }

    private static void SetRevision(SqliteSession session, long revision)
    {
        session.Execute("UPDATE store SET revision = $1", revision);
        session.Execute("DELETE FROM tombstone WHERE revision <= $1", revision - session.Options.HistoryRevisions);
    }

    private static MetadataEntry ToEntry(SqliteDataReader row) =>
        new(row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetInt64(2), new MetadataLease(row.GetInt64(3)));
}
