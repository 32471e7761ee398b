using System.Text.Json;
using System.Text.Json.Serialization;

namespace LogStore.Broker.Security.Acls;

/// <summary>Rules as they are kept. Drawn in docs/SECURITY.md, which must change with this file.</summary>
internal static partial class AclJson
{
    private const int Version = 1;

    public static byte[] Write(Acl[] acls) =>
        JsonSerializer.SerializeToUtf8Bytes(new AclContent(Version, acls), Context.Default.AclContent);

    /// <summary>Reads what was written.</summary>
    /// <param name="json">The bytes.</param>
    /// <param name="place">Where they are from, for the error.</param>
    /// <exception cref="InvalidConfigException">They are no rules.</exception>
    public static Acl[] Read(ReadOnlySpan<byte> json, string place)
    {
        try
        {
            AclContent content = JsonSerializer.Deserialize(json, Context.Default.AclContent)!;
            if (content.Version != Version) throw new JsonException($"its version is {content.Version}, not {Version}");
            foreach (Acl acl in content.Acls)
            {
                if (acl.Problem() is { } problem) throw new JsonException($"{acl}: {problem}");
            }

            return content.Acls;
        }
        catch (JsonException exception)
        {
            throw new InvalidConfigException("authorizer", $"'{place}' holds no rules: {exception.Message}");
        }
    }

    internal sealed record AclContent(int Version, Acl[] Acls);

    [JsonSourceGenerationOptions(
        WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(AclContent))]
    private sealed partial class Context : JsonSerializerContext;
}
