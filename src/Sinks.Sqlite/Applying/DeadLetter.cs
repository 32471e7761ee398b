using System.Text.Json;

namespace LogStore.Sinks.Sqlite.Applying;

/// <summary>A record that could not be applied, in memory of its own.</summary>
internal sealed record DeadLetter(
    TopicPartition Partition, long Offset, long Timestamp, byte[]? Key, byte[]? Value, RecordHeader[] Headers, string Reason)
{
    /// <summary>The headers as JSON: an array of names, each with its value in base64 or null; null if there are none.</summary>
    public string? HeadersAsJson()
    {
        if (Headers.Length == 0) return null;
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text))
        {
            writer.WriteStartArray();
            foreach (RecordHeader header in Headers)
            {
                writer.WriteStartArray();
                writer.WriteStringValue(header.Key);
                if (header.Value is { } value) writer.WriteBase64StringValue(value.Span);
                else writer.WriteNullValue();
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>Copies a record.</summary>
    public static DeadLetter Of(TopicPartition partition, in RecordView record, string reason)
    {
        List<RecordHeader> headers = [];
        foreach (RecordHeaderView header in record.Headers)
        {
            byte[]? value = header.Value.ToArray();
            headers.Add(new RecordHeader(header.Key, value is null ? null : value.AsMemory()));
        }

        return new DeadLetter(
            partition, record.Offset, record.Timestamp, record.Key.ToArray(), record.Value.ToArray(), [.. headers], reason);
    }
}
