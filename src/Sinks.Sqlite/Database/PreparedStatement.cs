using LogStore.Sinks.Sqlite.Mapping;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LogStore.Sinks.Sqlite.Database;

/// <summary>
/// A statement that runs for each record. It goes to SQLite directly: binding UTF-8 as it lies in the record, and
/// allocating nothing.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class PreparedStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <exception cref="SqliteException">It is no statement for this database.</exception>
    public PreparedStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v2(database, sql, out _statement, out string tail));
        HasTail = !string.IsNullOrWhiteSpace(tail?.Trim(';', ' ', '\n', '\r', '\t'));
    }

    /// <summary>Whether something follows the statement, which would never run.</summary>
    public bool HasTail { get; }

    /// <summary>Whether it changes nothing by itself: queries are so, and what begins or ends transactions.</summary>
    public bool IsReadOnly => raw.sqlite3_stmt_readonly(_statement) != 0;

    /// <summary>A parameter's number; 0 if there is none of the name.</summary>
    public int IndexOf(string parameter) => raw.sqlite3_bind_parameter_index(_statement, parameter);

    /// <summary>How many parameters it has.</summary>
    public int ParameterCount => raw.sqlite3_bind_parameter_count(_statement);

    public void Bind(int index, BoundValue value) => Check(value.Kind switch
    {
        ValueKind.Integer => raw.sqlite3_bind_int64(_statement, index, value.Integer),
        ValueKind.Real => raw.sqlite3_bind_double(_statement, index, value.Real),
        // A span of no bytes has no address either, and that would be NULL.
        ValueKind.Text when value.Bytes.IsEmpty => raw.sqlite3_bind_text(_statement, index, ""),
        ValueKind.Text => raw.sqlite3_bind_text(_statement, index, value.Bytes),
        ValueKind.Blob => raw.sqlite3_bind_blob(_statement, index, value.Bytes), // Never empty: that would be text.
        _ => raw.sqlite3_bind_null(_statement, index),
    });

    public void Bind(int index, long value) => Check(raw.sqlite3_bind_int64(_statement, index, value));

    public void Bind(int index, string value) => Check(raw.sqlite3_bind_text(_statement, index, value));

    /// <summary>Runs it with what was bound last.</summary>
    /// <returns>How many rows it has changed.</returns>
    /// <exception cref="SqliteException">It fails.</exception>
    public int Run()
    {
        int result = raw.SQLITE_ROW;
        while (result == raw.SQLITE_ROW) result = raw.sqlite3_step(_statement);
        SqliteException? error = result == raw.SQLITE_DONE ? null : ErrorOf(result);
        _ = raw.sqlite3_reset(_statement); // It repeats the error, which is told already.
        return error is null ? raw.sqlite3_changes(_database) : throw error;
    }

    public void Dispose() => _statement.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK) throw ErrorOf(result);
    }

    private SqliteException ErrorOf(int result) => new(
        raw.sqlite3_errmsg(_database).utf8_to_string(), result & 0xFF, raw.sqlite3_extended_errcode(_database));
}
