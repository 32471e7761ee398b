using Microsoft.Data.Sqlite;

namespace LogStore.Sinks.Sqlite.Database;

/// <summary>SQLite's errors in the words of the sink.</summary>
internal static class SqliteErrors
{
    // https://www.sqlite.org/rescode.html
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int TooBig = 18;
    private const int Constraint = 19;
    private const int Mismatch = 20;
    private const int NotADatabase = 26;

    public static bool IsLocked(SqliteException error) => error.SqliteErrorCode is Busy or Locked;

    /// <summary>Whether it is the record's values that do not fit the table.</summary>
    public static bool IsOfRecord(SqliteException error) => error.SqliteErrorCode is Constraint or Mismatch or TooBig;

    /// <summary>What to tell of an error that has stopped the sink.</summary>
    public static SinkException Translate(string path, SqliteException error) => error.SqliteErrorCode switch
    {
        Busy or Locked => new SinkException(
            $"the database '{path}' is locked by another process for longer than the sink waits; nothing was applied. " +
            "End what holds it, and start the sink again", error, isTransient: true),
        Full => new SinkException(
            $"there is no room for the database '{path}'; the transaction was rolled back. Free some space and start the " +
            "sink again", error, isTransient: true),
        IoError => new SinkException(
            $"the database '{path}' cannot be read or written ({error.Message}); the transaction was rolled back. Check " +
            "the device and its free space, and start the sink again", error, isTransient: true),
        ReadOnly or CannotOpen => new SinkException(
            $"the database '{path}' cannot be opened for writing: is it there (--create makes it), and may this user " +
            "write to it and its directory?", error),
        Corrupt or NotADatabase => new SinkException(
            $"'{path}' is damaged, or no SQLite database: restore it from a backup", error),
        _ => new SinkException($"the database '{path}' has refused: {error.Message}", error),
    };
}
