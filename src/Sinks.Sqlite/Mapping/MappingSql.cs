namespace LogStore.Sinks.Sqlite.Mapping;

/// <summary>The SQL of a mapping: its statement with numbered parameters, and what makes its table.</summary>
/// <remarks>Names are quoted; values are in parameters only.</remarks>
internal sealed class MappingSql
{
    public MappingSql(RecordMapping mapping)
    {
        mapping.Validate();
        if (mapping.Statement == StatementKind.Sql)
        {
            Statement = mapping.Sql!;
            Parameters = [.. mapping.Parameters.Select(each => ("$" + each.Key.TrimStart('$'), RecordSource.Parse(each.Value)))];
            Schema = mapping.Schema;
            return;
        }

        (string Column, string Source)[] columns =
            [.. mapping.Key.Concat(mapping.Columns).Select(each => (each.Key, each.Value))];
        Parameters = [.. columns.Select((each, i) => ($"$p{i}", RecordSource.Parse(each.Source)))];
        Statement = $"INSERT INTO {Quote(mapping.Table)} ({string.Join(", ", columns.Select(each => Quote(each.Column)))}) " +
            $"VALUES ({string.Join(", ", Parameters.Select(each => each.Name))})" + OnConflict(mapping);
        Schema = mapping.Schema ?? CreateTable(mapping);
    }

    /// <summary>What runs for each record.</summary>
    public string Statement { get; }

    /// <summary>Its parameters.</summary>
    public (string Name, RecordSource Source)[] Parameters { get; }

    /// <summary>What makes the table where it is not there; null if the mapping does not say.</summary>
    public string? Schema { get; }

    /// <summary>A name as SQL takes it, whatever is in it.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string OnConflict(RecordMapping mapping)
    {
        if (mapping.Statement == StatementKind.Insert) return "";
        string key = string.Join(", ", mapping.Key.Keys.Select(Quote));
        if (mapping.Columns.Count == 0) return $" ON CONFLICT ({key}) DO NOTHING";
        IEnumerable<string> changes = mapping.Columns.Keys.Select(Quote).Select(column =>
            mapping.Statement == StatementKind.UpsertAdd
                ? $"{column} = {column} + excluded.{column}" : $"{column} = excluded.{column}");
        return $" ON CONFLICT ({key}) DO UPDATE SET {string.Join(", ", changes)}";
    }

    private static string CreateTable(RecordMapping mapping)
    {
        List<string> lines = [];
        foreach (string column in mapping.Key.Keys)
            lines.Add($"{Quote(column)} {mapping.Types.GetValueOrDefault(column, "TEXT")} NOT NULL");
        foreach (string column in mapping.Columns.Keys)
        {
            bool isAdded = mapping.Statement == StatementKind.UpsertAdd;
            string type = mapping.Types.GetValueOrDefault(column, isAdded ? "INTEGER" : "");
            // A sum that has left 64 bits would silently become a floating-point number, and inexact. What makes a column one
            // of integers is INT in its type, however it is written: https://www.sqlite.org/datatype3.html, 3.1.
            bool isInteger = type.Contains("INT", StringComparison.OrdinalIgnoreCase);
            string check = isAdded && isInteger ? $" NOT NULL CHECK (typeof({Quote(column)}) = 'integer')" : "";
            lines.Add($"{Quote(column)} {type}{check}");
        }

        if (mapping.Key.Count > 0) lines.Add($"PRIMARY KEY ({string.Join(", ", mapping.Key.Keys.Select(Quote))})");
        return $"CREATE TABLE IF NOT EXISTS {Quote(mapping.Table)} (\n  {string.Join(",\n  ", lines)}\n)";
    }
}
