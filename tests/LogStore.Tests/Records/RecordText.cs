using System.Text;
using LogStore.Records;

namespace LogStore.Tests.Records;

/// <summary>Records as text, one line each, so that a failed comparison shows what differs.</summary>
internal static class RecordText
{
    public static string[] Of(RecordBatch batch)
    {
        var lines = new List<string>();
        foreach (RecordView record in batch)
        {
            var headers = new StringBuilder();
            foreach (RecordHeaderView header in record.Headers)
                headers.Append(' ').Append(header.Key).Append(':').Append(Hex(header.Value));
            lines.Add($"{record.Offset} at {record.Timestamp}: {Hex(record.Key)} = {Hex(record.Value)}{headers}");
        }

        return [.. lines];
    }

    public static string Of(long offset, long timestamp, byte[]? key, byte[]? value, params RecordHeader[] headers)
    {
        var text = new StringBuilder($"{offset} at {timestamp}: {Hex(key)} = {Hex(value)}");
        foreach (RecordHeader header in headers)
            text.Append(' ').Append(header.Key).Append(':').Append(Hex((NullableBytes)header.Value));
        return text.ToString();
    }

    private static string Hex(NullableBytes bytes) =>
        bytes.IsNull ? "null" : $"'{Convert.ToHexStringLower(bytes.Span)}'";
}
