using Microsoft.Data.Sqlite;

namespace LogStore.Replicator.Metadata.Sqlite;

/// <summary>SQLite's errors in the words of the metadata store.</summary>
internal static class SqliteErrors
{
    // https://www.sqlite.org/rescode.html
    private const int Busy = 5;
    private const int Locked = 6;
    private const int Corrupt = 11;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    public static bool IsLocked(SqliteException exception) => exception.SqliteErrorCode is Busy or Locked;

    /// <summary>What to tell of a call that has changed nothing.</summary>
    public static LogStoreException Translate(SqliteMetadataOptions options, SqliteException exception) =>
        exception.SqliteErrorCode switch
        {
            Busy or Locked => new MetadataStoreException(
                $"The metadata store '{options.Path}' is locked by another process " +
                $"for longer than {options.BusyTimeout.TotalSeconds} s.",
                innerException: exception),
            Corrupt or NotADatabase => new InvalidMetadataStoreException(
                $"The metadata store '{options.Path}' is damaged, or no SQLite file: restore it from a backup.",
                exception),
            CannotOpen => new MetadataStoreException(
                $"The metadata store '{options.Path}' cannot be opened: may this user write to its directory?",
                innerException: exception),
            _ => new MetadataStoreException(
                $"The metadata store '{options.Path}' has failed: {exception.Message}", innerException: exception),
        };
}
