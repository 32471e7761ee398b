namespace LogStore;

/// <summary>
/// The log met an error after which its memory and its files may disagree (a failed fdatasync, an I/O error). It stays
/// faulted until it is closed and opened again, which recovers from the files alone.
/// </summary>
/// <remarks>
/// A failed fdatasync is never retried: Linux reports the error once and marks the pages clean, so a second call would
/// succeed with the bytes lost. Source: fsync(2); "PostgreSQL's fsync() surprise", LWN, 2018.
/// </remarks>
public sealed class LogFaultedException : LogStoreException
{
    /// <summary>Makes the error for the log in <paramref name="directory"/>.</summary>
    public LogFaultedException(string directory, Exception cause)
        : base($"The log in '{directory}' is faulted and must be closed and opened again: {cause.Message}", cause) =>
        Directory = directory;

    /// <summary>The log's directory.</summary>
    public string Directory { get; }
}
