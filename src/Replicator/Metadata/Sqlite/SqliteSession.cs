using Microsoft.Data.Sqlite;

namespace LogStore.Replicator.Metadata.Sqlite;

/// <summary>A connection to the file, with the statements that have been prepared on it.</summary>
/// <remarks>Not thread-safe: it belongs to one <see cref="SqliteThread"/>.</remarks>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private bool _isDurable;

    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public SqliteSession(SqliteMetadataOptions options)
    {
        Options = options;
        SqliteLibrary.EnsureLoaded();
        SqliteConnectionStringBuilder settings = new()
        {
            DataSource = options.Path,
            Pooling = false,
            // SQLite's own handler below waits for locks; with the least timeout the provider, which polls slowly, does
            // not.
            DefaultTimeout = 1,
        };
        _connection = new SqliteConnection(settings.ToString());
        try
        {
            _connection.Open();
            Execute($"PRAGMA busy_timeout = {(long)options.BusyTimeout.TotalMilliseconds}");
            Synchronize(isDurable: true);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public SqliteMetadataOptions Options { get; }

    /// <summary>Runs a statement; its parameters are <c>$1</c>, <c>$2</c> and so on.</summary>
    /// <returns>How many rows it has changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object> arguments) => Bind(sql, arguments).ExecuteNonQuery();

    /// <summary>The first column of the first row; null if there is none, or it is null.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object> arguments) =>
        Bind(sql, arguments).ExecuteScalar() is { } value and not DBNull ? value : null;

    /// <summary>All rows, each as <paramref name="read"/> makes it.</summary>
    public List<T> Query<T>(Func<SqliteDataReader, T> read, string sql, params ReadOnlySpan<object> arguments)
    {
        List<T> rows = [];
        using SqliteDataReader reader = Bind(sql, arguments).ExecuteReader();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    /// <summary>Runs <paramref name="body"/> on one state of the store, which it does not change.</summary>
    public T Read<T>(Func<SqliteSession, T> body)
    {
        Execute("BEGIN DEFERRED");
        try
        {
            return body(this);
        }
        finally
        {
            Execute("ROLLBACK");
        }
    }

    /// <summary>
    /// Runs <paramref name="body"/> with nobody else writing; what it changes is durable, or never was.
    /// </summary>
    /// <param name="body">The changes.</param>
    /// <param name="isDurable">
    /// False: the changes may be lost with the host, as long as no later ones are durable. They outlive the process.
    /// </param>
    /// <exception cref="MetadataStoreException">It cannot be said whether the changes are durable.</exception>
    public T Write<T>(Func<SqliteSession, T> body, bool isDurable = true)
    {
        if (isDurable != _isDurable) Synchronize(isDurable);
        Execute("BEGIN IMMEDIATE");
        T result;
        try
        {
            result = body(this);
        }
        catch
        {
            TryRollback();
            throw;
        }

        try
        {
            Execute("COMMIT");
            return result;
        }
        catch (SqliteException exception)
        {
            TryRollback();
            throw new MetadataStoreException(
                $"The metadata store '{Options.Path}' has failed to commit ({exception.Message}): read it again.",
                isOutcomeUnknown: true,
                exception);
        }
    }

    public void Dispose()
    {
        foreach (SqliteCommand command in _commands.Values) command.Dispose();
        _connection.Dispose();
    }

    /// <summary>Says whether commits wait for the disk (in the mode of the write-ahead log).</summary>
    private void Synchronize(bool isDurable)
    {
        Execute(isDurable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        _isDurable = isDurable;
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object> arguments)
    {
        if (!_commands.TryGetValue(sql, out SqliteCommand? command))
        {
            command = _connection.CreateCommand();
#pragma warning disable CA2100 // All statements are constants of this folder.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (int i = 1; i <= arguments.Length; i++) command.Parameters.Add(new SqliteParameter($"${i}", null));
            _commands.Add(sql, command);
        }

        for (int i = 0; i < arguments.Length; i++) command.Parameters[i].Value = arguments[i];
        return command;
    }

    private void TryRollback()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // Some errors have ended the transaction already.
        }
    }
}
