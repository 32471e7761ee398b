namespace LogStore.Replicator.Metadata.Sqlite;

/// <summary>Grants, renews and ends leases, within a transaction of the session's.</summary>
internal static class SqliteLeases
{
    public static MetadataLease Grant(SqliteSession session, long timeToLiveMs)
    {
        session.Execute(
            "INSERT INTO lease (time_to_live_ms, expires_ms) VALUES ($1, $2)",
            timeToLiveMs,
            HostClock.NowMs + timeToLiveMs);
        return new MetadataLease((long)session.Scalar("SELECT last_insert_rowid()")!);
    }

    public static bool Renew(SqliteSession session, MetadataLease lease) => session.Execute(
        "UPDATE lease SET expires_ms = $2 + time_to_live_ms WHERE id = $1", lease.Id, HostClock.NowMs) > 0;

    public static bool Exists(SqliteSession session, MetadataLease lease) =>
        session.Scalar("SELECT 1 FROM lease WHERE id = $1", lease.Id) is not null;

    /// <summary>Ends a lease and deletes its entries.</summary>
    /// <returns>False: it was gone already.</returns>
    public static bool End(SqliteSession session, MetadataLease lease)
    {
        if (session.Execute("DELETE FROM lease WHERE id = $1", lease.Id) == 0) return false;
        SqliteEntries.DeleteAll(session, lease);
        return true;
    }

    /// <summary>
    /// When the next lease expires, in milliseconds of <see cref="HostClock"/>; the greatest number: none does.
    /// </summary>
    public static long NextExpiryMs(SqliteSession session) =>
        (long?)session.Scalar("SELECT min(expires_ms) FROM lease") ?? long.MaxValue;

    /// <summary>Ends the leases that have expired.</summary>
    /// <returns>Whether there were any.</returns>
    public static bool ExpireDue(SqliteSession session) =>
        EndEach(session, session.Query(
            row => row.GetInt64(0),
            "SELECT id FROM lease WHERE expires_ms <= $1 ORDER BY expires_ms",
            HostClock.NowMs));

    /// <summary>Ends all leases.</summary>
    public static void ExpireAll(SqliteSession session) =>
        EndEach(session, session.Query(row => row.GetInt64(0), "SELECT id FROM lease"));

    private static bool EndEach(SqliteSession session, List<long> leases)
    {
        foreach (long lease in leases) End(session, new MetadataLease(lease));
        return leases.Count > 0;
    }
}
