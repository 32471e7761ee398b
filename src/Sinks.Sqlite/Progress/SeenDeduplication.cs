using LogStore.Sinks.Sqlite.Database;
using LogStore.Sinks.Sqlite.Mapping;

namespace LogStore.Sinks.Sqlite.Progress;

/// <summary>
/// By message id in any order, and across partitions: the ids of the last records of each partition, in a table.
/// </summary>
internal sealed class SeenDeduplication : IDeduplication
{
    private readonly SinkConnection _connection;
    private readonly SqliteSinkOptions _options;
    private readonly PreparedStatement _insert;
    private readonly bool _hasProducer;
    private int _inserted;

    public SeenDeduplication(SinkConnection connection, SqliteSinkOptions options)
    {
        (_connection, _options) = (connection, options);
        _hasProducer = options.Mapping.Producer is not null;
        Sources = _hasProducer
            ? [RecordSource.Parse(options.Mapping.Id), RecordSource.Parse(options.Mapping.Producer!)]
            : [RecordSource.Parse(options.Mapping.Id)];
        _insert = connection.Prepare(
            "INSERT INTO logstore_sink_seen (sink, topic, producer, id, partition, log_offset) " +
            "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (sink, topic, producer, id) DO NOTHING");
        _insert.Bind(1, options.SinkName);
        _insert.Bind(2, options.Topic);
        _insert.Bind(3, "");
    }

    public RecordSource[] Sources { get; }

    public bool IsNew(PartitionProgress progress, long offset, ReadOnlySpan<BoundValue> values, out string? problem)
    {
        problem = null;
        if (values[0].Kind is ValueKind.Missing or ValueKind.Null)
        {
            problem = $"it has no {Sources[0].Text}";
            return false;
        }

        if (_hasProducer && values[1].Kind is ValueKind.Missing or ValueKind.Null) _insert.Bind(3, "");
        else if (_hasProducer) _insert.Bind(3, values[1]);
        _insert.Bind(4, values[0]);
        _insert.Bind(5, progress.Partition.Partition);
        _insert.Bind(6, offset);
        if (_insert.Run() == 0) return false;
        _inserted++;
        return true;
    }

    /// <summary>Cleans up, at most twice what was added: no transaction becomes long, and the table does not grow.</summary>
    public void Write(IReadOnlyCollection<PartitionProgress> changed)
    {
        int most = 2 * _inserted;
        _inserted = 0;
        foreach (PartitionProgress progress in changed)
        {
            _connection.Execute(
                "DELETE FROM logstore_sink_seen WHERE (sink, topic, producer, id) IN (" +
                "SELECT sink, topic, producer, id FROM logstore_sink_seen " +
                "WHERE sink = $1 AND topic = $2 AND partition = $3 AND log_offset < $4 ORDER BY log_offset LIMIT $5)",
                _options.SinkName, _options.Topic, progress.Partition.Partition, progress.Next - _options.SeenRecords, most);
        }
    }

    public void Forget() => _inserted = 0;

    public void Dispose() => _insert.Dispose();
}
