using System.Text;
using System.Text.Json;

namespace LogStore.Sinks.Sqlite.Mapping;

/// <summary>Takes from records what a mapping asks for.</summary>
/// <remarks>Not thread-safe: values are those of the record last read.</remarks>
internal sealed class RecordReader
{
    private readonly RecordSource[] _sources;
    private readonly JsonPaths _valuePaths = new();
    private readonly JsonPaths _keyPaths = new();
    private readonly byte[] _topic;
    private readonly bool _hasHeaders;

    /// <param name="sources">What is asked for; each has a slot of its own.</param>
    /// <param name="topic">The records' topic.</param>
    public RecordReader(RecordSource[] sources, string topic)
    {
        _sources = sources;
        _topic = Encoding.UTF8.GetBytes(topic);
        Values = [.. sources.Select(_ => new BoundValue())];
        for (int slot = 0; slot < sources.Length; slot++)
        {
            if (sources[slot].Kind == SourceKind.ValueJson) _valuePaths.Add(sources[slot].Path, slot);
            else if (sources[slot].Kind == SourceKind.KeyJson) _keyPaths.Add(sources[slot].Path, slot);
            _hasHeaders |= sources[slot].Kind == SourceKind.Header;
        }
    }

    /// <summary>The values of the record last read, by slot.</summary>
    public BoundValue[] Values { get; }

    /// <summary>Reads a record.</summary>
    /// <returns>Null, or why it cannot be used.</returns>
    public string? Read(int partition, in RecordView record)
    {
        foreach (BoundValue value in Values) value.Clear();
        try
        {
            if (!_valuePaths.IsEmpty) ReadJson(_valuePaths, record.Value, "value");
            if (!_keyPaths.IsEmpty) ReadJson(_keyPaths, record.Key, "key");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return error.Message;
        }

        if (_hasHeaders) ReadHeaders(record);
        for (int slot = 0; slot < _sources.Length; slot++)
        {
            BoundValue value = Values[slot];
            switch (_sources[slot].Kind)
            {
                case SourceKind.Key: value.SetBytes(record.Key); break;
                case SourceKind.Value: value.SetBytes(record.Value); break;
                case SourceKind.Topic: value.SetText(_topic); break;
                case SourceKind.Partition: value.SetInteger(partition); break;
                case SourceKind.Offset: value.SetInteger(record.Offset); break;
                case SourceKind.Timestamp: value.SetInteger(record.Timestamp); break;
            }

            if (value.Kind is ValueKind.Missing or ValueKind.Null && !_sources[slot].IsOptional)
                return $"it has no {_sources[slot].Text}";
        }

        return null;
    }

    private void ReadJson(JsonPaths paths, NullableBytes bytes, string what)
    {
        if (bytes.IsNull) throw new JsonException($"it has no {what}");
        if (!System.Text.Unicode.Utf8.IsValid(bytes.Span)) throw new JsonException($"its {what} is not UTF-8");
        paths.Read(bytes.Span, Values);
    }

    private void ReadHeaders(in RecordView record)
    {
        foreach (RecordHeaderView header in record.Headers)
        {
            for (int slot = 0; slot < _sources.Length; slot++)
            {
                if (_sources[slot].Kind == SourceKind.Header && header.KeyUtf8.SequenceEqual(_sources[slot].Path[0]))
                    Values[slot].SetBytes(header.Value);
            }
        }
    }
}
