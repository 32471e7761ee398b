namespace LogStore.Sinks.Sqlite;

/// <summary>What a sink has done since it was opened: counts of records, but for the last.</summary>
/// <param name="Applied">Records that changed the database.</param>
/// <param name="Duplicates">Records that it had already.</param>
/// <param name="DeadLetters">Records that were set aside.</param>
/// <param name="Transactions">Transactions committed.</param>
public readonly record struct SinkStatistics(long Applied, long Duplicates, long DeadLetters, long Transactions)
{
    /// <summary>
    /// Offsets that the database had dealt with before, in the partitions that this sink was given: where it goes on.
    /// </summary>
    public long Before { get; init; }
}
