namespace LogStore;

/// <summary>The log was truncated below a batch whose append, or below a reader whose position, was still waiting.</summary>
public sealed class LogTruncatedException : LogStoreException
{
    /// <summary>Makes the error for the log in <paramref name="directory"/>, which now ends at an offset (exclusive).</summary>
    public LogTruncatedException(string directory, long endOffset)
        : base($"The log in '{directory}' was truncated to end at offset {endOffset}.") => EndOffset = endOffset;

    /// <summary>Where the log ends now (exclusive).</summary>
    public long EndOffset { get; }
}
