using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace LogStore.Sinks.Sqlite.Database;

/// <summary>The sink's own tables beside the user's: made on request, checked always.</summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>logstore_sink_meta</c>: the version of these tables.</item>
/// <item>
/// <c>logstore_sink_offsets</c>: a row for each sink and partition: the table that it feeds, where it began and how far it
/// has come, the leader epoch and the fingerprint of the last record, and which member of which generation it belongs to.
/// </item>
/// <item><c>logstore_sink_sequences</c>: the last sequence number of each partition and producer.</item>
/// <item><c>logstore_sink_seen</c>: the ids seen of late.</item>
/// <item><c>logstore_sink_dead_letters</c>: records that could not be applied.</item>
/// </list>
/// Names of sinks and tables are compared as SQLite compares tables', whatever the case of their letters.
/// </remarks>
internal static class SinkSchema
{
    /// <summary>The version of the tables.</summary>
    public const long Version = 1;

    private const string Meta = "logstore_sink_meta";

    private const string Tables =
        """
        CREATE TABLE IF NOT EXISTS logstore_sink_meta (
            name TEXT NOT NULL PRIMARY KEY,
            value
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS logstore_sink_offsets (
            sink TEXT NOT NULL COLLATE NOCASE,
            topic TEXT NOT NULL,
            partition INTEGER NOT NULL,
            topic_id TEXT NOT NULL,
            target TEXT NOT NULL COLLATE NOCASE,
            mode TEXT NOT NULL,
            first_offset INTEGER NOT NULL,
            next_offset INTEGER NOT NULL,
            leader_epoch INTEGER NOT NULL,
            fingerprint INTEGER NOT NULL,
            applied INTEGER NOT NULL,
            duplicates INTEGER NOT NULL,
            dead_letters INTEGER NOT NULL,
            group_id TEXT NOT NULL,
            generation INTEGER NOT NULL,
            member TEXT NOT NULL,
            PRIMARY KEY (sink, topic, partition)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS logstore_sink_sequences (
            sink TEXT NOT NULL COLLATE NOCASE,
            topic TEXT NOT NULL,
            partition INTEGER NOT NULL,
            producer TEXT NOT NULL,
            last_sequence INTEGER NOT NULL,
            PRIMARY KEY (sink, topic, partition, producer)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS logstore_sink_seen (
            sink TEXT NOT NULL COLLATE NOCASE,
            topic TEXT NOT NULL,
            producer TEXT NOT NULL,
            id NOT NULL,
            partition INTEGER NOT NULL,
            log_offset INTEGER NOT NULL,
            PRIMARY KEY (sink, topic, producer, id)
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS logstore_sink_seen_age
            ON logstore_sink_seen (sink, topic, partition, log_offset);
        CREATE TABLE IF NOT EXISTS logstore_sink_dead_letters (
            sink TEXT NOT NULL COLLATE NOCASE,
            topic TEXT NOT NULL,
            partition INTEGER NOT NULL,
            log_offset INTEGER NOT NULL,
            timestamp INTEGER NOT NULL,
            key BLOB,
            value BLOB,
            headers TEXT,
            reason TEXT NOT NULL,
            PRIMARY KEY (sink, topic, partition, log_offset)
        ) WITHOUT ROWID;
        INSERT OR IGNORE INTO logstore_sink_meta (name, value) VALUES ('schema_version', 1);
        """;

    /// <summary>Begins the transaction in which a database is looked at: one that is refused is left as it was.</summary>
    public static void Begin(SinkConnection connection) => Retry(connection, () => connection.Execute("BEGIN IMMEDIATE"));

    /// <summary>Makes the tables that are not there, and the mapping's own. It belongs into a transaction.</summary>
    public static void Create(SinkConnection connection, string? userTables)
    {
        if (!Exists(connection, Meta)) connection.Execute(Tables);
        if (userTables is not null) connection.Execute(userTables);
    }

    /// <summary>Sets the mode in which those who read the database do not wait for the sink, nor it for them.</summary>
    /// <exception cref="SinkException">The file system, or the database, does not have it.</exception>
    public static void UseWriteAheadLog(SinkConnection connection)
    {
        object? mode = null;
        Retry(connection, () => mode = connection.Scalar("PRAGMA journal_mode = WAL"));
        // It tells the mode that there is then, and no error.
        if (mode is not "wal")
            throw new SinkException(
                $"'{connection.Path}' stays in journal mode {mode} where the sink needs WAL: keep it on a local file system");
        // A power failure may take the last transactions, and their progress with them: they are applied again then.
        connection.Execute("PRAGMA synchronous = NORMAL");
    }

    /// <summary>Checks that the tables are there, and of this version.</summary>
    /// <exception cref="SinkException">They are not.</exception>
    public static void Check(SinkConnection connection, string table)
    {
        if (!Exists(connection, Meta))
            throw new SinkException($"'{connection.Path}' has no tables of a sink yet: make them with --create");
        if (connection.Scalar("SELECT value FROM logstore_sink_meta WHERE name = 'schema_version'") is not Version)
        {
            object? found = connection.Scalar("SELECT value FROM logstore_sink_meta WHERE name = 'schema_version'");
            throw new SinkException(
                $"the sink's tables in '{connection.Path}' are of version {found ?? "?"}, this program knows {Version}: use " +
                "the release that made them, or a later one");
        }

        if (!Exists(connection, table))
            throw new SinkException($"'{connection.Path}' has no table '{table}': make it, or have it made with --create");
    }

    private static bool Exists(SinkConnection connection, string table) => connection.Scalar(
        "SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = $1 COLLATE NOCASE", table) is not null;

    /// <summary>
    /// Two who open a new file at the same time can be in each other's way, and SQLite does not wait for that lock by itself.
    /// </summary>
    private static void Retry(SinkConnection connection, Action action)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                action();
                return;
            }
            catch (SqliteException error) when (
                SqliteErrors.IsLocked(error) && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10))
            {
                connection.Rollback();
                Thread.Sleep(TimeSpan.FromMilliseconds(5));
            }
        }
    }
}
