using LogStore.Sinks.Sqlite.Database;
using LogStore.Sinks.Sqlite.Mapping;
using LogStore.Sinks.Sqlite.Progress;
using Microsoft.Data.Sqlite;

namespace LogStore.Sinks.Sqlite.Applying;

/// <summary>
/// Applies batches of claimed partitions, each transaction with its progress: both are there afterwards, or neither.
/// </summary>
/// <remarks>
/// Not thread-safe. Each transaction begins with the write lock and then looks whether its partitions are still this
/// sink's: nobody can take them in between.
/// </remarks>
internal sealed class BatchApplier : IDisposable
{
    private readonly SqliteSinkOptions _options;
    private readonly SinkConnection _connection;
    private readonly ProgressTable _table;
    private readonly IDeduplication _deduplication;
    private readonly RecordApplier _applier;
    private readonly Dictionary<TopicPartition, PartitionProgress> _claims = [];
    private readonly HashSet<TopicPartition> _everClaimed = [];
    private readonly HashSet<PartitionProgress> _changed = [];
    private readonly List<DeadLetter> _letters = [];
    private PartitionProgress? _lastChanged;
    private int _count;
    private int _applied;
    private int _duplicates;
    private int _deadLetters;

    /// <summary>Opens the database, and makes what is missing if that is wanted.</summary>
    /// <exception cref="SinkException">It cannot be used.</exception>
    public BatchApplier(SqliteSinkOptions options)
    {
        options.Validate();
        _options = options;
        try
        {
            (_connection, _deduplication, _applier) = Open(options);
        }
        catch (SqliteException error)
        {
            throw SqliteErrors.Translate(options.Database, error);
        }

        _table = new ProgressTable(_connection, options);
    }

    /// <summary>Sends records that could not be applied to their topic, and returns when they are there.</summary>
    public Action<IReadOnlyList<DeadLetter>>? SendDeadLetters { get; set; }

    /// <summary>The connection, for tests that make it fail.</summary>
    public SinkConnection Connection => _connection;

    public SinkStatistics Statistics { get; private set; }

    /// <summary>The partitions that are claimed.</summary>
    public IReadOnlyCollection<PartitionProgress> Claims => _claims.Values;

    public PartitionProgress? Find(TopicPartition partition) => _claims.GetValueOrDefault(partition);

    /// <summary>Makes partitions this sink's.</summary>
    /// <returns>How far each has come.</returns>
    public IReadOnlyList<PartitionProgress> Claim(
        IReadOnlyCollection<TopicPartition> partitions, string topicId, Owner owner) => Guard(() =>
    {
        _connection.Execute("BEGIN IMMEDIATE");
        PartitionProgress[] claimed = [.. partitions.Select(each => _table.Claim(each, topicId, owner))];
        _connection.Execute("COMMIT");
        _deduplication.Forget(); // Others may have written for these partitions.
        foreach (PartitionProgress each in claimed)
        {
            _claims[each.Partition] = each;
            if (_everClaimed.Add(each.Partition) && !each.IsNew)
                Statistics = Statistics with { Before = Statistics.Before + each.Next - Math.Max(0, each.First) };
        }

        return claimed;
    });

    /// <summary>Gives partitions up. The database keeps their claims, until somebody else's come.</summary>
    public void Release(IEnumerable<TopicPartition> partitions)
    {
        foreach (TopicPartition partition in partitions) _claims.Remove(partition);
    }

    /// <summary>Applies batches, in as many transactions as it takes. What belongs to others by now is left out.</summary>
    /// <exception cref="SinkException">It cannot go on; the transaction under way is rolled back.</exception>
    public void Apply(IReadOnlyList<PendingBatch> batches) => Guard(() =>
    {
        Begin(batches);
        foreach (PendingBatch batch in batches) Apply(batch, batches);
        Commit();
        return true;
    });

    public void Dispose()
    {
        _applier.Dispose();
        _deduplication.Dispose();
        _connection.Dispose();
    }

    private static (SinkConnection Connection, IDeduplication Deduplication, RecordApplier Applier) Open(SqliteSinkOptions options)
    {
        MappingSql mapping = new(options.Mapping);
        SinkConnection connection = new(options.Database, options.Create, options.BusyTimeout);
        IDeduplication? deduplication = null;
        RecordApplier? applier = null;
        try
        {
            SinkSchema.Begin(connection);
            if (options.Create) SinkSchema.Create(connection, mapping.Schema);
            SinkSchema.Check(connection, options.Mapping.Table);
            deduplication = CreateDeduplication(connection, options);
            applier = new RecordApplier(connection, options, mapping, deduplication);
            connection.Execute("COMMIT");
            SinkSchema.UseWriteAheadLog(connection);
            return (connection, deduplication, applier);
        }
        catch
        {
            // Closing the connection rolls back.
            applier?.Dispose();
            deduplication?.Dispose();
            connection.Dispose();
            throw;
        }
    }

    /// <summary>How the options have duplicates told.</summary>
    internal static IDeduplication CreateDeduplication(SinkConnection connection, SqliteSinkOptions options) => options.Mode switch
    {
        SinkMode.MessageId => new SequenceDeduplication(connection, options),
        SinkMode.SeenIds => new SeenDeduplication(connection, options),
        _ => new OffsetDeduplication(),
    };

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error)
        {
            TryRollback();
            if (error is SqliteException sqlite) throw SqliteErrors.Translate(_options.Database, sqlite);
            throw;
        }
    }

    private void Begin(IReadOnlyList<PendingBatch> batches)
    {
        _connection.Execute("BEGIN IMMEDIATE");
        foreach (TopicPartition partition in batches.Select(batch => batch.Partition).Distinct())
        {
            if (Find(partition) is { IsFenced: false } progress && !_table.Holds(progress)) progress.IsFenced = true;
        }
    }

    private void Apply(PendingBatch batch, IReadOnlyList<PendingBatch> batches)
    {
        if (Find(batch.Partition) is not { } progress) return;
        int epoch = batch.Batch.LeaderEpoch;
        RecordView last = default;
        bool hasLast = false;
        foreach (RecordView record in batch.Batch)
        {
            if (progress.IsFenced) return;
            if (record.Offset < batch.StartOffset) continue;
            if (record.Offset == progress.CheckAt - 1) Recognise(progress, epoch, record);
            // What lies behind was dealt with in the transaction that has moved the progress there, in every mode: its id
            // may have been forgotten since.
            if (record.Offset < progress.Next) continue;
            Apply(progress, record);
            last = record;
            hasLast = true;
            if (++_count < _options.TransactionRecords) continue;
            NoteLast(progress, epoch, last);
            Commit();
            Begin(batches);
        }

        if (progress.IsFenced) return;
        if (hasLast) NoteLast(progress, epoch, last);
        if (batch.Batch.NextOffset <= progress.Next) return;
        if (progress.IsNew) progress.First = batch.StartOffset;
        // The last records of a batch may have been compacted away.
        progress.Next = batch.Batch.NextOffset;
        (progress.LeaderEpoch, progress.Fingerprint) = (epoch, 0);
        _changed.Add(progress);
    }

    /// <summary>
    /// Keeps what the last record is recognised by; of the last one only, as each byte of it is looked at.
    /// </summary>
    private static void NoteLast(PartitionProgress progress, int leaderEpoch, in RecordView record) =>
        (progress.LeaderEpoch, progress.Fingerprint) = (leaderEpoch, Fingerprint.Of(record));

    private void Apply(PartitionProgress progress, in RecordView record)
    {
        if (progress.IsNew) progress.First = progress.Next = record.Offset;
        switch (_applier.Apply(progress, record, out string? problem))
        {
            case RecordOutcome.Applied:
                progress.Applied++;
                _applied++;
                break;
            case RecordOutcome.Duplicate:
                progress.Duplicates++;
                _duplicates++;
                break;
            default:
                SetAside(progress, record, problem!);
                break;
        }

        if (!ReferenceEquals(progress, _lastChanged)) _changed.Add(_lastChanged = progress);
        progress.Next = record.Offset + 1;
    }

    /// <summary>Compares the last record that was applied with the one that the log has there now.</summary>
    private static void Recognise(PartitionProgress progress, int leaderEpoch, in RecordView record)
    {
        if (progress.LeaderEpoch >= 0 && leaderEpoch >= 0 && leaderEpoch != progress.LeaderEpoch)
        {
            throw new LogDivergedException(
                progress.Partition, progress.Next,
                $"the last of them was of leader epoch {progress.LeaderEpoch}, and the log has one of epoch {leaderEpoch} there");
        }

        if (progress.Fingerprint != 0 && Fingerprint.Of(record) != progress.Fingerprint)
            throw new LogDivergedException(progress.Partition, progress.Next, "the log has another record than the last of them");
        progress.CheckAt = -1;
    }

    private void SetAside(PartitionProgress progress, in RecordView record, string problem)
    {
        if (_options.Unusable == UnusableRecords.Stop)
            throw new UnusableRecordException(progress.Partition, record.Offset, problem);
        var letter = DeadLetter.Of(progress.Partition, record, problem);
        if (_options.Unusable == UnusableRecords.DeadLetterTopic)
        {
            _letters.Add(letter);
        }
        else
        {
            _connection.Execute(
                "INSERT OR REPLACE INTO logstore_sink_dead_letters " +
                "(sink, topic, partition, log_offset, timestamp, key, value, headers, reason) " +
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                _options.SinkName, progress.Partition.Topic, progress.Partition.Partition, letter.Offset, letter.Timestamp,
                letter.Key, letter.Value, letter.HeadersAsJson(), problem);
        }

        progress.DeadLetters++;
        _deadLetters++;
    }

    private void Commit()
    {
        _deduplication.Write(_changed);
        foreach (PartitionProgress progress in _changed) _table.Write(progress);
        if (_letters.Count > 0) SendDeadLetters!(_letters);
        _connection.Execute("COMMIT");
        foreach (PartitionProgress progress in _changed) progress.StoredNext = progress.Next;
        Statistics = new SinkStatistics(
            Statistics.Applied + _applied, Statistics.Duplicates + _duplicates, Statistics.DeadLetters + _deadLetters,
            Statistics.Transactions + (_changed.Count > 0 ? 1 : 0))
        {
            Before = Statistics.Before,
        };
        Reset();
    }

    private void Reset()
    {
        _changed.Clear();
        _lastChanged = null;
        _letters.Clear();
        (_count, _applied, _duplicates, _deadLetters) = (0, 0, 0, 0);
    }

    private void TryRollback()
    {
        Reset();
        _deduplication.Forget();
        try
        {
            _connection.Rollback();
        }
        catch (SqliteException)
        {
            // Closing the connection does it.
        }
    }
}
