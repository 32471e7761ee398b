namespace LogStore.Sinks.Sqlite;

/// <summary>What a record does to the table.</summary>
public enum StatementKind
{
    /// <summary>Adds its columns to those of the row with its key; the row begins at zero.</summary>
    UpsertAdd,

    /// <summary>Sets the columns of the row with its key.</summary>
    UpsertSet,

    /// <summary>Inserts a row.</summary>
    Insert,

    /// <summary>Runs a statement of the mapping's own.</summary>
    Sql,
}
