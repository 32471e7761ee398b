using System.Text;

namespace LogStore.Sinks.Sqlite.Mapping;

/// <summary>Where in a record a value comes from.</summary>
internal enum SourceKind
{
    ValueJson,
    KeyJson,
    Value,
    Key,
    Header,
    Topic,
    Partition,
    Offset,
    Timestamp,
}

/// <summary>One value of a record, by the text that names it in a mapping.</summary>
/// <param name="Kind">Which part of the record.</param>
/// <param name="Path">The members to go down in JSON, or the header's name as its only element.</param>
/// <param name="IsOptional">Whether a record without it has null there; else it is unusable.</param>
/// <param name="Text">As the mapping has it.</param>
internal sealed record RecordSource(SourceKind Kind, byte[][] Path, bool IsOptional, string Text)
{
    /// <summary>
    /// Reads a source: <c>$.a.b</c> or just <c>a</c> (the value's JSON), <c>key:$.a</c> (the key's), <c>@key</c>,
    /// <c>@value</c>, <c>@topic</c>, <c>@partition</c>, <c>@offset</c>, <c>@timestamp</c>, <c>header:NAME</c>; with
    /// <c>?</c> behind it, it may be missing.
    /// </summary>
    /// <exception cref="InvalidConfigException">The text is none of these.</exception>
    public static RecordSource Parse(string text)
    {
        bool isOptional = text.EndsWith('?');
        string name = isOptional ? text[..^1] : text;
        if (name.StartsWith('@'))
        {
            SourceKind kind = name switch
            {
                "@key" => SourceKind.Key,
                "@value" => SourceKind.Value,
                "@topic" => SourceKind.Topic,
                "@partition" => SourceKind.Partition,
                "@offset" => SourceKind.Offset,
                "@timestamp" => SourceKind.Timestamp,
                _ => throw Wrong(text),
            };
            return new RecordSource(kind, [], isOptional, text);
        }

        if (name.StartsWith("header:", StringComparison.Ordinal))
            return new RecordSource(SourceKind.Header, [Encoding.UTF8.GetBytes(name["header:".Length..])], isOptional, text);
        bool isKey = name.StartsWith("key:", StringComparison.Ordinal);
        string path = isKey ? name["key:".Length..] : name;
        if (path.StartsWith("$.", StringComparison.Ordinal)) path = path[2..];
        string[] members = path.Split('.');
        if (members.Any(member => member.Length == 0)) throw Wrong(text);
        return new RecordSource(
            isKey ? SourceKind.KeyJson : SourceKind.ValueJson, [.. members.Select(Encoding.UTF8.GetBytes)], isOptional, text);
    }

    private static InvalidConfigException Wrong(string text) => new(
        "mapping",
        $"'{text}' names no part of a record: write NAME or $.a.b, key:$.a, header:NAME, @key, @value, @topic, @partition, " +
        "@offset or @timestamp, and ? behind it if it may be missing");
}
