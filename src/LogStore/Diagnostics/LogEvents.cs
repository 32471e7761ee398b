using Microsoft.Extensions.Logging;

namespace LogStore.Diagnostics;

/// <summary>What the log tells its logger. Event ids are stable.</summary>
internal static partial class LogEvents
{
    [LoggerMessage(1, LogLevel.Information, "Recovered '{Directory}': scanned {Bytes} bytes, the log ends at {EndOffset}")]
    public static partial void Recovered(ILogger logger, string directory, long bytes, long endOffset);

    [LoggerMessage(2, LogLevel.Warning, "Cut {Bytes} bytes of a torn write at the end of '{File}'")]
    public static partial void CutTornTail(ILogger logger, string file, long bytes);

    [LoggerMessage(3, LogLevel.Debug, "Rolled '{Directory}' to a new segment at {BaseOffset}")]
    public static partial void Rolled(ILogger logger, string directory, long baseOffset);

    [LoggerMessage(4, LogLevel.Warning, "Rejected {Batches} batches of '{Directory}': {Reason}")]
    public static partial void RejectedWrite(ILogger logger, string directory, int batches, string reason);

    [LoggerMessage(5, LogLevel.Critical, "'{Directory}' is faulted until it is opened again")]
    public static partial void Faulted(ILogger logger, string directory, Exception exception);

    [LoggerMessage(6, LogLevel.Information, "Deleted segment {BaseOffset} of '{Directory}': {Reason}")]
    public static partial void DeletedSegment(ILogger logger, string directory, long baseOffset, string reason);

    [LoggerMessage(7, LogLevel.Information, "Truncated '{Directory}' to end at {EndOffset}")]
    public static partial void Truncated(ILogger logger, string directory, long endOffset);

    [LoggerMessage(8, LogLevel.Warning, "Background work on '{Directory}' is put off: {Reason}")]
    public static partial void Deferred(ILogger logger, string directory, string reason);

    [LoggerMessage(9, LogLevel.Debug, "Forgot {Count} producers of '{Directory}' that have not written lately")]
    public static partial void ExpiredProducers(ILogger logger, string directory, int count);

    [LoggerMessage(10, LogLevel.Information,
        "Compacted '{Directory}' from {DirtyFrom} to {CompactedTo}: {Before} bytes became {After}, {Removed} records less")]
    public static partial void Compacted(
        ILogger logger, string directory, long dirtyFrom, long compactedTo, long before, long after, long removed);

    [LoggerMessage(11, LogLevel.Information, "Emptied '{Directory}', which begins at {StartOffset} from here on")]
    public static partial void Reset(ILogger logger, string directory, long startOffset);
}
