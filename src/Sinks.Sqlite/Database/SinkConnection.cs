using Microsoft.Data.Sqlite;
using LogStore.Replicator.Metadata.Sqlite;
using SQLitePCL;

namespace LogStore.Sinks.Sqlite.Database;

/// <summary>A connection to the database, with the statements that have been prepared on it.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class SinkConnection : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    /// <param name="path">The file; empty for a temporary database of this connection's own.</param>
    /// <param name="create">Whether a missing file is made; else that is an error.</param>
    /// <param name="busyTimeout">How long to wait for another's lock.</param>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public SinkConnection(string path, bool create, TimeSpan busyTimeout)
    {
        Path = path;
        SqliteLibrary.EnsureLoaded();
        SqliteConnectionStringBuilder settings = new()
        {
            DataSource = path,
            Pooling = false,
            // SQLite's own handler below waits for locks.
            DefaultTimeout = 1,
            Mode = create || path.Length == 0 ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
        };
        _connection = new SqliteConnection(settings.ToString());
        try
        {
            _connection.Open();
            Execute($"PRAGMA busy_timeout = {(long)busyTimeout.TotalMilliseconds}");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>Whether a transaction is under way: some errors end it by themselves.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    /// <summary>Prepares a statement for the fast path; the caller disposes it before the connection.</summary>
    /// <exception cref="SqliteException">It is no statement for this database.</exception>
    public PreparedStatement Prepare(string sql) => new(_connection.Handle!, sql);

    /// <summary>Runs a statement; its parameters are <c>$1</c>, <c>$2</c> and so on.</summary>
    /// <returns>How many rows it has changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> arguments) => Bind(sql, arguments).ExecuteNonQuery();

    /// <summary>The first column of the first row; null if there is none, or it is null.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> arguments) =>
        Bind(sql, arguments).ExecuteScalar() is { } value and not DBNull ? value : null;

    /// <summary>All rows, each as <paramref name="read"/> makes it.</summary>
    public List<T> Query<T>(Func<SqliteDataReader, T> read, string sql, params ReadOnlySpan<object?> arguments)
    {
        List<T> rows = [];
        using SqliteDataReader reader = Bind(sql, arguments).ExecuteReader();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    /// <summary>Rolls back, if there still is something to.</summary>
    public void Rollback()
    {
        if (IsInTransaction) Execute("ROLLBACK");
    }

    public void Dispose()
    {
        foreach (SqliteCommand command in _commands.Values) command.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> arguments)
    {
        if (!_commands.TryGetValue(sql, out SqliteCommand? command))
        {
            command = _connection.CreateCommand();
#pragma warning disable CA2100 // The statements are constants, and names from the mapping in quotes.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (int i = 1; i <= arguments.Length; i++) command.Parameters.Add(new SqliteParameter($"${i}", null));
            _commands.Add(sql, command);
        }

        for (int i = 0; i < arguments.Length; i++) command.Parameters[i].Value = arguments[i] ?? DBNull.Value;
        return command;
    }
}
