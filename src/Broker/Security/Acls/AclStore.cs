using System.Text.Json;
using System.Text.Json.Serialization;

namespace LogStore.Broker.Security.Acls;

/// <summary>
/// The rules of a broker, in the file <c>acls.json</c> of its data directory, which is replaced whole at each change. Drawn in
/// docs/SECURITY.md, which must change with this file.
/// </summary>
/// <remarks>Thread-safe: readers never wait, one change is made at a time.</remarks>
internal sealed partial class AclStore
{
    public const string FileName = "acls.json";

    private const int Version = 1;

    private readonly string _path;
    private readonly Lock _gate = new();
    private AclRules _rules;

    /// <exception cref="InvalidConfigException">The file is there and holds no rules.</exception>
    public AclStore(string directory)
    {
        _path = Path.Combine(directory, FileName);
        _rules = new AclRules(File.Exists(_path) ? Load(_path) : []);
    }

    public AclRules Rules => Volatile.Read(ref _rules);

    /// <summary>Adds rules; those that are there already stay once. Durable on return.</summary>
    /// <exception cref="IOException">Nothing was added.</exception>
    public void Add(IEnumerable<Acl> acls)
    {
        lock (_gate) Replace([.. Rules.All.Union(acls)]);
    }

    /// <summary>Deletes the rules that fit, and returns them. Durable on return.</summary>
    /// <exception cref="IOException">Nothing was deleted.</exception>
    public IReadOnlyList<Acl> Delete(AclFilter filter)
    {
        lock (_gate)
        {
            Acl[] deleted = [.. Rules.All.Where(filter.Matches)];
            if (deleted.Length > 0) Replace([.. Rules.All.Except(deleted)]);
            return deleted;
        }
    }

    private static Acl[] Load(string path)
    {
        try
        {
            AclContent content = JsonSerializer.Deserialize(File.ReadAllBytes(path), AclJson.Default.AclContent)!;
            if (content.Version != Version) throw new JsonException($"its version is {content.Version}, not {Version}");
            foreach (Acl acl in content.Acls)
            {
                if (acl.Problem() is { } problem) throw new JsonException($"{acl}: {problem}");
            }

            return content.Acls;
        }
        catch (JsonException exception)
        {
            throw new InvalidConfigException("authorizer", $"'{path}' holds no rules: {exception.Message}");
        }
    }

    private void Replace(Acl[] acls)
    {
        DurableFile.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(new AclContent(Version, acls), AclJson.Default.AclContent));
        Volatile.Write(ref _rules, new AclRules(acls));
    }

    internal sealed record AclContent(int Version, Acl[] Acls);

    [JsonSourceGenerationOptions(
        WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(AclContent))]
    private sealed partial class AclJson : JsonSerializerContext;
}
