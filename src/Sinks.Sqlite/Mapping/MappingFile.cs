using System.Text.Json;
using System.Text.Json.Serialization;

namespace LogStore.Sinks.Sqlite.Mapping;

/// <summary>A mapping as a file has it. What the file does not say, it leaves as it is made here.</summary>
/// <remarks>
/// Its members can be set, other than those of <see cref="RecordMapping"/>: the generated reader gives every member a value
/// that can only be set when the object is made, and null to those that are not in the file.
/// </remarks>
internal sealed class MappingFile
{
    public int Version { get; set; } = RecordMapping.FileVersion;

    public string Table { get; set; } = "";

    public StatementKind Statement { get; set; } = StatementKind.UpsertAdd;

    public Dictionary<string, string> Key { get; set; } = [];

    public Dictionary<string, string> Columns { get; set; } = [];

    public Dictionary<string, string> Types { get; set; } = [];

    public string? Sql { get; set; }

    public Dictionary<string, string> Parameters { get; set; } = [];

    public string? Schema { get; set; }

    public string Id { get; set; } = "id";

    public string? Producer { get; set; }

    /// <summary>Reads a file; what it says is not checked yet.</summary>
    /// <exception cref="InvalidConfigException">It is no mapping.</exception>
    public static RecordMapping Read(string path)
    {
        MappingFile? file;
        try
        {
            file = JsonSerializer.Deserialize(File.ReadAllBytes(path), MappingContext.Default.MappingFile);
        }
        catch (JsonException error)
        {
            throw new InvalidConfigException("mapping", $"'{path}' is no mapping: {error.Message}");
        }

        if (file is null) throw new InvalidConfigException("mapping", $"'{path}' is empty");
        return new RecordMapping
        {
            Version = file.Version,
            Table = file.Table,
            Statement = file.Statement,
            Key = file.Key,
            Columns = file.Columns,
            Types = file.Types,
            Sql = file.Sql,
            Parameters = file.Parameters,
            Schema = file.Schema,
            Id = file.Id,
            Producer = file.Producer,
        };
    }
}

/// <summary>Reads mapping files without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    UseStringEnumConverter = true, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true,
    RespectNullableAnnotations = true, Converters = [typeof(StatementKindConverter)])]
[JsonSerializable(typeof(MappingFile))]
internal sealed partial class MappingContext : JsonSerializerContext;

/// <summary>The kinds by their names in files: <c>upsert-add</c>, <c>upsert-set</c>, <c>insert</c>, <c>sql</c>.</summary>
internal sealed class StatementKindConverter()
    : JsonStringEnumConverter<StatementKind>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false);
