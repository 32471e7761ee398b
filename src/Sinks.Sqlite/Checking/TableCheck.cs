using System.Runtime.CompilerServices;
using LogStore.KafkaProtocol.Fetch;
using LogStore.Sinks.Sqlite.Applying;
using LogStore.Sinks.Sqlite.Database;
using LogStore.Sinks.Sqlite.Mapping;
using LogStore.Sinks.Sqlite.Progress;
using LogStore.Sinks.Sqlite.Sources;
using LogStore.Topics;
using Microsoft.Data.Sqlite;

namespace LogStore.Sinks.Sqlite;

/// <summary>What a check has found.</summary>
/// <param name="Records">The records that were read again.</param>
/// <param name="Rows">The rows that the topic makes.</param>
/// <param name="Differences">The first rows that differ, as text; none if the table is right.</param>
/// <param name="DifferenceCount">How many there are.</param>
public sealed record TableCheckResult(
    long Records, long Rows, IReadOnlyList<string> Differences, long DifferenceCount)
{
    /// <summary>Whether table and topic agree.</summary>
    public bool IsEqual => DifferenceCount == 0;

    /// <summary>
    /// Whether differences may be of the order in which the sink has read several partitions, which nobody knows afterwards.
    /// </summary>
    public bool IsOrderUnknown { get; init; }
}

/// <summary>
/// Computes a sink's table again, from the topic's beginning up to where the database says that it is, and compares row by
/// row. It works beside a running sink: table and progress are read as of one moment.
/// </summary>
/// <remarks>
/// It shares the mapping with the sink, so a wrong mapping goes unnoticed; progress, fences and transactions it does not
/// share. Duplicates it tells by the same rule, in a database of its own, and forgets no id. It reads one partition after the
/// other: where the table depends on how the sink has mixed them, it finds differences that are none.
/// </remarks>
public sealed class TableCheck : IDisposable
{
    private const int MostShown = 10;

    private readonly SqliteSinkOptions _options;
    private readonly SinkConnection _connection;
    private readonly Dictionary<int, (long First, long Next, long DeadLetters, string Mode)> _bounds;
    private readonly IDeduplication _deduplication;
    private readonly RecordApplier _applier;
    private readonly Dictionary<int, PartitionProgress> _progress = [];
    private readonly List<string> _problems = [];
    private long _records;

    /// <summary>Takes a snapshot of the database.</summary>
    /// <param name="options">The sink's own options; the mode is the database's.</param>
    /// <exception cref="SinkException">The database cannot be read, or no sink has worked on it.</exception>
    public TableCheck(SqliteSinkOptions options)
    {
        options.Validate();
        try
        {
            _connection = new SinkConnection("", create: true, options.BusyTimeout);
            _bounds = TakeSnapshot(options);
            if (_bounds.Count == 0)
                throw new SinkException($"no sink '{options.SinkName}' has read topic '{options.Topic}' into '{options.Database}'");
            // Ids are never forgotten here: the window is the sink's economy, not part of what is right.
            _options = options with { Mode = Enum.Parse<SinkMode>(_bounds.Values.First().Mode), SeenRecords = long.MaxValue / 2 };
            _deduplication = BatchApplier.CreateDeduplication(_connection, _options);
            _applier = new RecordApplier(_connection, _options, new MappingSql(options.Mapping), _deduplication);
        }
        catch (SqliteException error)
        {
            Dispose();
            throw SqliteErrors.Translate(options.Database, error);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How many offsets there are to read.</summary>
    public long TotalOffsets => _bounds.Values.Sum(each => Math.Max(0, each.Next - Math.Max(0, each.First)));

    /// <summary>Told how many were read.</summary>
    public Action<long>? Progressed { get; init; }

    /// <summary>Reads the topic through brokers, and compares.</summary>
    public async Task<TableCheckResult> RunAsync(ConsumerOptions options, CancellationToken cancellationToken = default)
    {
        Consumer consumer = new(options with
        {
            GroupId = null,
            AutoOffsetReset = AutoOffsetReset.None,
            IsolationLevel = IsolationLevel.ReadCommitted, // As the sink reads.
        });
        await using ConfiguredAsyncDisposable closing = consumer.ConfigureAwait(false);
        Begin();
        foreach ((int number, (long first, long next, _, _)) in _bounds.Where(each => each.Value.Next > each.Value.First))
        {
            TopicPartition partition = new(_options.Topic, number);
            IReadOnlyDictionary<TopicPartition, OffsetResult> starts = await consumer.ListOffsetsAsync(
                new Dictionary<TopicPartition, OffsetSpec> { [partition] = OffsetSpec.Earliest }, cancellationToken)
                .ConfigureAwait(false);
            IReadOnlyDictionary<TopicPartition, OffsetResult> ends = await consumer.ListOffsetsAsync(
                new Dictionary<TopicPartition, OffsetSpec> { [partition] = OffsetSpec.Latest }, cancellationToken)
                .ConfigureAwait(false);
            CheckBounds(partition, starts[partition].Offset, ends[partition].Offset);
            consumer.Assign(partition);
            consumer.Seek(partition, first);
            while ((consumer.Position(partition) ?? 0) < next)
            {
                ConsumedBatch? batch =
                    await consumer.ReadBatchAsync(TimeSpan.FromMilliseconds(200), cancellationToken).ConfigureAwait(false);
                if (batch is not null) Apply(number, batch.Batch, batch.StartOffset, next);
            }
        }

        return Compare();
    }

    /// <summary>Reads the topic in a data directory, and compares.</summary>
    public async Task<TableCheckResult> RunAsync(
        ReadOnlyDataDirectory directory, CancellationToken cancellationToken = default)
    {
        Begin();
        foreach ((int number, (long first, long next, _, _)) in _bounds.Where(each => each.Value.Next > each.Value.First))
        {
            TopicPartition partition = new(_options.Topic, number);
            ReadOnlyLog log = await directory.OpenPartitionAsync(_options.Topic, number, cancellationToken).ConfigureAwait(false) ??
                throw new LogDivergedException(partition, next, "the partition is empty");
            await using ConfiguredAsyncDisposable closing = log.ConfigureAwait(false);
            CheckBounds(partition, log.LogStartOffset, log.LogEndOffset);
            await foreach (RecordBatch batch in log.ReadAsync(first, ReadMode.ToEnd, cancellationToken).ConfigureAwait(false))
            {
                if (DirectoryBatch.HasRecords(partition, batch)) Apply(number, batch, first, next);
                if (batch.NextOffset >= next) break;
            }
        }

        return Compare();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _applier?.Dispose();
        _deduplication?.Dispose();
        _connection?.Dispose();
    }

    /// <summary>
    /// Copies the table and the progress as of one moment, and makes an empty table of the same definition beside them.
    /// </summary>
    private Dictionary<int, (long First, long Next, long DeadLetters, string Mode)> TakeSnapshot(SqliteSinkOptions options)
    {
        if (!File.Exists(options.Database)) throw new SinkException($"there is no database '{options.Database}'");
        string table = MappingSql.Quote(options.Mapping.Table);
        _connection.Execute("ATTACH $1 AS sink", options.Database);
        _connection.Execute("BEGIN");
        if (_connection.Scalar("SELECT 1 FROM sink.sqlite_master WHERE name = 'logstore_sink_offsets'") is null)
            throw new SinkException($"'{options.Database}' has no tables of a sink");
        var bounds = ProgressTable.Read(_connection, "sink", options.SinkName, options.Topic);
        _connection.Execute($"CREATE TEMP TABLE snapshot AS SELECT * FROM sink.{table}");
        // The sink's own tables too: duplicates are told by the same rule, in this database of our own.
        foreach (string definition in _connection.Query(
            row => row.GetString(0),
            "SELECT sql FROM sink.sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index') " +
            "AND (tbl_name = $1 COLLATE NOCASE OR tbl_name LIKE 'logstore@_sink@_%' ESCAPE '@')", options.Mapping.Table))
        {
            _connection.Execute(definition);
        }

        _connection.Execute("COMMIT");
        _connection.Execute("DETACH sink");
        return bounds;
    }

    private void Begin()
    {
        _connection.Execute("BEGIN");
        foreach ((int number, (long first, _, _, _)) in _bounds)
        {
            _progress[number] = new PartitionProgress
            {
                Partition = new TopicPartition(_options.Topic, number),
                Generation = 0,
                Member = "",
                First = first,
                Next = first,
            };
        }
    }

    private void CheckBounds(TopicPartition partition, long start, long end)
    {
        (long first, long next, _, _) = _bounds[partition.Partition];
        if (start > first)
            throw new SinkException($"{partition} begins at {start} by now, the sink began at {first}: it cannot be computed again");
        if (end < next) throw new LogDivergedException(partition, next, $"the log ends at {end}");
    }

    private void Apply(int partition, RecordBatch batch, long start, long end)
    {
        PartitionProgress progress = _progress[partition];
        foreach (RecordView record in batch)
        {
            if (record.Offset < start || record.Offset >= end) continue;
            if (_applier.Apply(progress, record, out _) == RecordOutcome.Unusable) progress.DeadLetters++;
            progress.Next = record.Offset + 1;
            _records++;
        }

        Progressed?.Invoke(_records);
    }

    private TableCheckResult Compare()
    {
        _deduplication.Write([.. _progress.Values]);
        _connection.Execute("COMMIT");
        string table = MappingSql.Quote(_options.Mapping.Table);
        string[] columns = [.. _connection.Query(
            row => row.GetString(0), "SELECT name FROM pragma_table_info($1)", _options.Mapping.Table)];
        string names = string.Join(", ", columns.Select(MappingSql.Quote));
        // Counted, as a table without a key may hold a row twice.
        string counted = $"SELECT {names}, count(*) FROM {{0}} GROUP BY {names}";
        string topic = string.Format(null, counted, $"main.{table}");
        string database = string.Format(null, counted, "temp.snapshot");
        long missing = Differences("the topic makes, the database lacks", $"{topic} EXCEPT {database}", columns);
        long excess = Differences("the database has, the topic does not make", $"{database} EXCEPT {topic}", columns);
        foreach ((int number, PartitionProgress progress) in _progress)
        {
            if (progress.DeadLetters != _bounds[number].DeadLetters)
                _problems.Add($"partition {number}: {progress.DeadLetters} records cannot be applied, the sink set aside {_bounds[number].DeadLetters}");
        }

        long rows = (long)_connection.Scalar($"SELECT count(*) FROM main.{table}")!;
        return new TableCheckResult(_records, rows, _problems, Math.Max(missing + excess, _problems.Count))
        {
            // Sums are the same in any order.
            IsOrderUnknown = _options.Mapping.Statement != StatementKind.UpsertAdd && _progress.Count > 1,
        };
    }

    private long Differences(string what, string query, string[] columns)
    {
        long count = (long)_connection.Scalar($"SELECT count(*) FROM ({query})")!;
        _problems.AddRange(_connection.Query(
            row => $"{what}: " + string.Join(", ", columns.Select((column, i) => $"{column}={(row.IsDBNull(i) ? "NULL" : row.GetValue(i))}")) +
                (row.GetInt64(columns.Length) is > 1 and var times ? $" ({times} times)" : ""),
            $"{query} LIMIT {MostShown}"));
        return count;
    }
}
