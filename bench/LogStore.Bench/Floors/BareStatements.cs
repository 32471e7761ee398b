using System.Diagnostics;
using LogStore.Bench.Peers;
using LogStore.Sinks.Sqlite;
using LogStore.Sinks.Sqlite.Database;
using LogStore.Sinks.Sqlite.Mapping;

namespace LogStore.Bench.Floors;

/// <summary>
/// The floor of a sink: its own prepared statements, with values that lie ready in memory, in transactions of the same size.
/// No log, no records, no JSON, and nobody to be fenced; only the progress, an offset for each transaction.
/// </summary>
internal static class BareStatements
{
    /// <summary>Applies all payments; records per second.</summary>
    /// <param name="options">The database, and how many records make a transaction.</param>
    /// <param name="payments">What to apply.</param>
    /// <param name="keepsIds">Whether each id goes into a table, too, as mode seen-ids has it.</param>
    public static double[] Apply(SqliteSinkOptions options, Payment[] payments, bool keepsIds)
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        MappingSql mapping = new(SinkTopic.Mapping);
        using SinkConnection connection = new(options.Database, create: true, options.BusyTimeout);
        SinkSchema.UseWriteAheadLog(connection);
        SinkSchema.Create(connection, mapping.Schema);
        connection.Execute("INSERT INTO logstore_sink_offsets VALUES ('s', 't', 0, '', '', '', 0, 0, 0, 0, 0, 0, 0, '', 0, '')");
        using PreparedStatement change = connection.Prepare(mapping.Statement);
        using PreparedStatement seen = connection.Prepare(
            "INSERT INTO logstore_sink_seen (sink, topic, producer, id, partition, log_offset) " +
            "VALUES ('s', 't', '', $1, 0, $2) ON CONFLICT (sink, topic, producer, id) DO NOTHING");
        BoundValue account = new();
        long started = Stopwatch.GetTimestamp();
        for (int next = 0; next < payments.Length;)
        {
            connection.Execute("BEGIN IMMEDIATE");
            int end = Math.Min(payments.Length, next + options.TransactionRecords);
            for (; next < end; next++)
            {
                Payment payment = payments[next];
                if (keepsIds)
                {
                    seen.Bind(1, payment.Id);
                    seen.Bind(2, next);
                    seen.Run();
                }

                account.SetText(payment.Account);
                change.Bind(1, account);
                change.Bind(2, payment.Amount);
                change.Run();
            }

            connection.Execute("UPDATE logstore_sink_offsets SET next_offset = $1", next);
            connection.Execute("COMMIT");
        }

        return
        [
            payments.Length / Stopwatch.GetElapsedTime(started).TotalSeconds,
            (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)payments.Length,
        ];
    }
}
