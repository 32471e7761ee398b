using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace LogStore.Replicator.Metadata.Sqlite;

/// <summary>The tables of the file: made where there are none, checked where there are.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>
/// <c>store</c>: one row, with the revision of the last change, and the boot of the host that expiries are of.
/// </item>
/// <item><c>entry</c>: the entries; a row's version is the revision of its last put.</item>
/// <item>
/// <c>tombstone</c>: the keys deleted of late, and when. With the entries' versions it is all that a watcher needs to
/// catch up, and unlike a log of changes it does not grow with them.
/// </item>
/// <item><c>lease</c>: the leases, with their expiry in milliseconds of <see cref="HostClock"/>.</item>
/// </list>
/// </remarks>
internal static class SqliteSchema
{
    /// <summary>The version of the tables, in the file's <c>user_version</c>.</summary>
    public const int Version = 1;

    /// <summary>Tells the file from other applications' ones: "LSMD".</summary>
    private const int ApplicationId = 0x4C534D44;

    private const string Tables =
        """
        CREATE TABLE store (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            revision INTEGER NOT NULL,
            boot_id TEXT NOT NULL
        ) STRICT;
        CREATE TABLE entry (
            key TEXT NOT NULL PRIMARY KEY,
            value BLOB NOT NULL,
            version INTEGER NOT NULL,
            lease INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX entry_version ON entry (version);
        CREATE INDEX entry_lease ON entry (lease) WHERE lease <> 0;
        CREATE TABLE tombstone (
            key TEXT NOT NULL PRIMARY KEY,
            revision INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX tombstone_revision ON tombstone (revision);
        CREATE TABLE lease (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time_to_live_ms INTEGER NOT NULL,
            expires_ms INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX lease_expires ON lease (expires_ms);
        INSERT INTO store (id, revision, boot_id) VALUES (1, 0, '');
        """;

    /// <summary>
    /// Makes the file a store, or checks that it is one, and ends the leases of an earlier boot of the host.
    /// </summary>
    /// <exception cref="InvalidMetadataStoreException">
    /// It is of a newer version, another application's, or damaged.
    /// </exception>
    /// <exception cref="MetadataStoreException">It is locked for too long.</exception>
    public static void Prepare(SqliteSession session)
    {
        UseWriteAheadLog(session);
        session.Write(Prepared);
        if (session.Scalar("PRAGMA quick_check(1)") is not "ok")
        {
            throw new InvalidMetadataStoreException(
                $"The metadata store '{session.Options.Path}' is damaged: restore it from a backup.");
        }
    }

    /// <summary>
    /// Sets the mode in which readers and the writer do not wait for each other. Two who open a new file at the same
    /// time can be in each other's way here, and SQLite does not wait for that lock by itself.
    /// </summary>
    private static void UseWriteAheadLog(SqliteSession session)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                session.Execute("PRAGMA journal_mode = WAL");
                return;
            }
            catch (SqliteException exception) when (
                SqliteErrors.IsLocked(exception) && Stopwatch.GetElapsedTime(started) < session.Options.BusyTimeout)
            {
                Thread.Sleep(TimeSpan.FromMilliseconds(5));
            }
        }
    }

    private static bool Prepared(SqliteSession session)
    {
        long version = Number(session, "PRAGMA user_version");
        long application = Number(session, "PRAGMA application_id");
        bool isNew = version == 0 && application == 0 && Number(session, "SELECT count(*) FROM sqlite_schema") == 0;
        if (isNew)
        {
            session.Execute(Tables);
            session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}"));
            session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Version}"));
        }
        else if (application != ApplicationId)
        {
            throw new InvalidMetadataStoreException(
                $"'{session.Options.Path}' is another application's SQLite file: name one of its own for metadata.");
        }
        else if (version != Version)
        {
            throw new InvalidMetadataStoreException(
                $"The metadata store '{session.Options.Path}' is of version {version}, this program knows {Version}: " +
                "use the release that wrote it, or a later one.");
        }

        if (session.Scalar("SELECT boot_id FROM store") is not string boot || boot != HostClock.BootId)
        {
            SqliteLeases.ExpireAll(session);
            session.Execute("UPDATE store SET boot_id = $1", HostClock.BootId);
        }

        return isNew;
    }

    private static long Number(SqliteSession session, string sql) => (long)session.Scalar(sql)!;
}
