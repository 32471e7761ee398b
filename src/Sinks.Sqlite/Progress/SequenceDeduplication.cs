using System.Globalization;
using LogStore.Sinks.Sqlite.Database;
using LogStore.Sinks.Sqlite.Mapping;

namespace LogStore.Sinks.Sqlite.Progress;

/// <summary>
/// By message id: the last sequence number of each partition and producer. A lower or equal one is a duplicate; numbers of
/// one partition say nothing of another's.
/// </summary>
internal sealed class SequenceDeduplication : IDeduplication
{
    /// <summary>The most producers that are remembered; beyond that the database is asked again.</summary>
    private const int MaxRemembered = 100_000;

    private readonly SinkConnection _connection;
    private readonly SqliteSinkOptions _options;
    private readonly Dictionary<(int Partition, string Producer), Sequence> _sequences = [];
    private readonly List<Sequence> _changed = [];
    private Sequence? _last;
    private byte[] _lastProducer = [];

    public SequenceDeduplication(SinkConnection connection, SqliteSinkOptions options)
    {
        (_connection, _options) = (connection, options);
        Sources = options.Mapping.Producer is { } producer
            ? [RecordSource.Parse(options.Mapping.Id), RecordSource.Parse(producer)]
            : [RecordSource.Parse(options.Mapping.Id)];
    }

    public RecordSource[] Sources { get; }

    public bool IsNew(PartitionProgress progress, long offset, ReadOnlySpan<BoundValue> values, out string? problem)
    {
        problem = null;
        if (NumberOf(values[0]) is not { } number)
        {
            problem = $"its {Sources[0].Text} is no whole number";
            return false;
        }

        Sequence sequence = Find(progress.Partition.Partition, values.Length > 1 ? values[1] : null);
        if (number <= sequence.Last) return false;
        sequence.Last = number;
        if (!sequence.IsChanged) _changed.Add(sequence);
        sequence.IsChanged = true;
        return true;
    }

    public void Write(IReadOnlyCollection<PartitionProgress> changed)
    {
        foreach (Sequence sequence in _changed)
        {
            _connection.Execute(
                "INSERT INTO logstore_sink_sequences (sink, topic, partition, producer, last_sequence) " +
                "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO UPDATE SET last_sequence = excluded.last_sequence",
                _options.SinkName, _options.Topic, sequence.Partition, sequence.Producer, sequence.Last);
            sequence.IsChanged = false;
        }

        _changed.Clear();
        if (_sequences.Count > MaxRemembered) Forget();
    }

    public void Forget()
    {
        _sequences.Clear();
        _changed.Clear();
        _last = null;
    }

    public void Dispose()
    {
    }

    private static long? NumberOf(BoundValue value) => value.Kind switch
    {
        ValueKind.Integer => value.Integer,
        ValueKind.Text when long.TryParse(value.Bytes, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) =>
            number,
        _ => null,
    };

    private Sequence Find(int partition, BoundValue? producer)
    {
        // Records of one producer come in runs.
        ReadOnlySpan<byte> bytes = producer is { Kind: ValueKind.Text } ? producer.Bytes : default;
        bool isText = producer is null or { Kind: ValueKind.Text };
        if (isText && _last is not null && _last.Partition == partition && bytes.SequenceEqual(_lastProducer)) return _last;
        string name = producer?.AsText() ?? "";
        if (!_sequences.TryGetValue((partition, name), out Sequence? found))
        {
            object? stored = _connection.Scalar(
                "SELECT last_sequence FROM logstore_sink_sequences WHERE sink = $1 AND topic = $2 AND partition = $3 " +
                "AND producer = $4", _options.SinkName, _options.Topic, partition, name);
            found = new Sequence(partition, name) { Last = stored is long last ? last : long.MinValue };
            _sequences.Add((partition, name), found);
        }

        if (isText) (_last, _lastProducer) = (found, bytes.ToArray());
        return found;
    }

    private sealed class Sequence(int partition, string producer)
    {
        public int Partition => partition;

        public string Producer => producer;

        public long Last { get; set; }

        public bool IsChanged { get; set; }
    }
}
