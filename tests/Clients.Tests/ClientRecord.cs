using System.Text.Json;

namespace LogStore.Clients.Tests;

/// <summary>A record as the scripts read and write it: a line of JSON, the bytes in base64.</summary>
internal sealed record ClientRecord(string? Key, string? Value, string?[][] Headers)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static ClientRecord Of(byte[]? key, byte[]? value, params (string Name, byte[]? Value)[] headers) => new(
        Encode(key), Encode(value), [.. headers.Select(header => new[] { header.Name, Encode(header.Value) })]);

    public static ClientRecord Parse(string line) => JsonSerializer.Deserialize<ClientRecord>(line, Options)!;

    public string ToLine() => JsonSerializer.Serialize(this, Options);

    public byte[]? KeyBytes => Key is null ? null : Convert.FromBase64String(Key);

    public byte[]? ValueBytes => Value is null ? null : Convert.FromBase64String(Value);

    private static string? Encode(byte[]? bytes) => bytes is null ? null : Convert.ToBase64String(bytes);
}
