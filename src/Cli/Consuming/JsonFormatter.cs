using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using LogStore.Cli.Output;
using LogStore.Records;

namespace LogStore.Cli.Consuming;

/// <summary>
/// One JSON object per line, with kcat's field names. Bytes that are not UTF-8 come as base64, and the array
/// <c>base64</c> names the fields that do: <c>key</c>, <c>payload</c>, or <c>headers[1]</c>.
/// </summary>
internal sealed class JsonFormatter : RecordFormatter
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // It is text for a terminal or a tool, not for a web page.
        SkipValidation = true,
    };

    private readonly string _topic;
    private readonly List<string> _base64 = [];
    private Utf8JsonWriter? _json;

    /// <param name="topic">The topic's name.</param>
    public JsonFormatter(string topic) => _topic = topic;

    /// <inheritdoc/>
    public override void Write(StandardOutput output, int partition, TimestampType timestampType, in RecordView record)
    {
        Utf8JsonWriter json = _json ??= new Utf8JsonWriter(output, Options);
        json.Reset();
        _base64.Clear();
        json.WriteStartObject();
        json.WriteString("topic"u8, _topic);
        json.WriteNumber("partition"u8, partition);
        json.WriteNumber("offset"u8, record.Offset);
        json.WriteString("tstype"u8, timestampType == TimestampType.CreateTime ? "create"u8 : "logappend"u8);
        json.WriteNumber("ts"u8, record.Timestamp);
        WriteHeaders(json, record);
        json.WritePropertyName("key"u8);
        WriteBytes(json, record.Key, "key");
        json.WritePropertyName("payload"u8);
        WriteBytes(json, record.Value, "payload");
        if (_base64.Count > 0)
        {
            json.WriteStartArray("base64"u8);
            foreach (string field in _base64) json.WriteStringValue(field);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.Flush();
        output.Write((byte)'\n');
    }

    /// <summary>As kcat has it: one array of keys and values in turn.</summary>
    private void WriteHeaders(Utf8JsonWriter json, in RecordView record)
    {
        if (record.Headers.Count == 0) return;
        json.WriteStartArray("headers"u8);
        int index = 0;
        foreach (RecordHeaderView header in record.Headers)
        {
            WriteBytes(json, header.KeyUtf8, "headers", index++);
            WriteBytes(json, header.Value, "headers", index++);
        }

        json.WriteEndArray();
    }

    private void WriteBytes(Utf8JsonWriter json, NullableBytes bytes, string field, int index = -1)
    {
        if (bytes.IsNull)
        {
            json.WriteNullValue();
        }
        else if (Utf8.IsValid(bytes))
        {
            json.WriteStringValue(bytes.Span);
        }
        else
        {
            json.WriteBase64StringValue(bytes);
            _base64.Add(index < 0 ? field : $"{field}[{index}]");
        }
    }
}
