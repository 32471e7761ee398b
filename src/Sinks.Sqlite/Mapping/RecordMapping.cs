using System.Buffers;

namespace LogStore.Sinks.Sqlite;

/// <summary>How a record becomes a change of a table. Never changes.</summary>
/// <remarks>
/// Sources are texts: <c>$.a.b</c> or <c>a</c> (the value's JSON), <c>key:$.a</c> (the key's JSON), <c>@key</c>,
/// <c>@value</c>, <c>@topic</c>, <c>@partition</c>, <c>@offset</c>, <c>@timestamp</c>, <c>header:NAME</c>; with a <c>?</c>
/// behind it a value may be missing, and is null then. Values are always bound to parameters, never part of the SQL.
/// </remarks>
public sealed record RecordMapping
{
    private static readonly SearchValues<char> TypeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 (),");

    /// <summary>The version of mapping files that this program reads.</summary>
    public const int FileVersion = 1;

    /// <summary>The version of the mapping file.</summary>
    public int Version { get; init; } = FileVersion;

    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>What a record does to it.</summary>
    public StatementKind Statement { get; init; } = StatementKind.UpsertAdd;

    /// <summary>The columns that make the row's key, each with its source; none for inserts and statements.</summary>
    public IReadOnlyDictionary<string, string> Key { get; init; } = new Dictionary<string, string>();

    /// <summary>The other columns, each with its source.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>The types that columns are made with; otherwise keys are TEXT and added columns INTEGER.</summary>
    public IReadOnlyDictionary<string, string> Types { get; init; } = new Dictionary<string, string>();

    /// <summary>The statement, of kind <see cref="StatementKind.Sql"/>: its parameters are <c>$name</c>.</summary>
    public string? Sql { get; init; }

    /// <summary>The statement's parameters, without the <c>$</c>, each with its source.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>What makes the table where it is not there; null for what follows from the columns.</summary>
    public string? Schema { get; init; }

    /// <summary>Where a record's id is: a number that grows, or, to be remembered one by one, anything.</summary>
    public string Id { get; init; } = "id";

    /// <summary>Where the name of whoever numbered the records is; null if each partition is numbered by one.</summary>
    public string? Producer { get; init; }

    /// <summary>Reads a mapping file.</summary>
    /// <exception cref="InvalidConfigException">It is no mapping, or one of another version.</exception>
    public static RecordMapping Load(string path)
    {
        RecordMapping mapping = Mapping.MappingFile.Read(path);
        mapping.Validate();
        return mapping;
    }

    /// <summary>Checks that the parts fit together.</summary>
    /// <exception cref="InvalidConfigException">They do not.</exception>
    public void Validate()
    {
        if (Version != FileVersion)
            throw Wrong($"is of version {Version}, this program reads {FileVersion}");
        if (string.IsNullOrWhiteSpace(Table)) throw Wrong("names no table");
        if (Table.StartsWith("logstore_sink_", StringComparison.OrdinalIgnoreCase))
            throw Wrong($"names '{Table}', but logstore_sink_ begins the names of the sink's own tables");
        bool isUpsert = Statement is StatementKind.UpsertAdd or StatementKind.UpsertSet;
        if (isUpsert && Key.Count == 0) throw Wrong("needs a key");
        if (Statement == StatementKind.UpsertAdd && Columns.Count == 0) throw Wrong("adds to no column");
        if (Statement == StatementKind.Insert && Key.Count + Columns.Count == 0) throw Wrong("has no columns");
        if (Statement == StatementKind.Sql && string.IsNullOrWhiteSpace(Sql)) throw Wrong("has no sql");
        if (Statement != StatementKind.Sql && (Sql is not null || Parameters.Count > 0))
            throw Wrong("has sql or parameters, which go with \"statement\": \"sql\"");
        foreach ((string column, string type) in Types)
        {
            if (!Key.ContainsKey(column) && !Columns.ContainsKey(column))
                throw Wrong($"has a type for '{column}', which is none of its columns");
            // It is the one part of a mapping that comes into the SQL as it is.
            if (string.IsNullOrWhiteSpace(type) || type.AsSpan().ContainsAnyExcept(TypeCharacters))
                throw Wrong($"has '{type}' as the type of '{column}': a type has letters, digits, spaces, commas and parentheses");
        }

        foreach (string column in Key.Keys.Concat(Columns.Keys))
            if (column.Length == 0 || column.Contains('\0', StringComparison.Ordinal)) throw Wrong("has a column without a name");
        foreach ((string name, string source) in Key.Concat(Columns).Concat(Parameters).Append(new("id", Id)))
            _ = Mapping.RecordSource.Parse(source ?? throw Wrong($"has null for '{name}'")); // A file can say so.
        if (Producer is not null) _ = Mapping.RecordSource.Parse(Producer);
    }

    private static InvalidConfigException Wrong(string what) => new("mapping", $"the mapping {what}");
}
