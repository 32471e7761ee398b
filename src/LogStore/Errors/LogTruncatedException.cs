namespace LogStore;

/// <summary>The log was truncated below the offset at which a reader was going to go on.</summary>
public sealed class LogTruncatedException : LogStoreException
{
    /// <summary>Makes the error for the log in <paramref name="directory"/>, which now ends at an offset (exclusive).</summary>
    public LogTruncatedException(string directory, long endOffset)
        : base($"The log in '{directory}' was truncated to end at offset {endOffset}.") => EndOffset = endOffset;

    /// <summary>Where the log ends now (exclusive).</summary>
    public long EndOffset { get; }
}
