using FASTER.core;

namespace LogStore.Bench.Peers;

/// <summary>FasterLog (Microsoft.FASTER.Core), set up as well as it can be for each question.</summary>
internal static class FasterLogs
{
    /// <summary>
    /// Writes reach the page cache and nothing is flushed: <c>disableFileBuffering: false</c> makes its device open the files
    /// without O_SYNC. No checksum, which is its default and its fastest. Of pages of 1, 4 (its default) and 16 MiB in memory
    /// of 16 to 256 MiB, such took it the least time for records of 100 B and of 1 KiB.
    /// </summary>
    public static FasterLogSettings PageCache(string directory) => new()
    {
        LogDevice = new ManagedLocalStorageDevice(
            Path.Combine(directory, "faster.log"), deleteOnClose: true, disableFileBuffering: false),
        LogCommitDir = directory,
        PageSize = 1L << 24,
        MemorySize = 1L << 27,
        SegmentSize = 1L << 28,
        TryRecoverLatest = false,
    };

    /// <summary>
    /// Writes are durable when they return: its device opens the files with O_SYNC. Fast commits, which put the commit record
    /// into the log and not into a file of its own, and which it offers with checksums only.
    /// </summary>
    public static FasterLogSettings Durable(string directory) => new()
    {
        LogDevice = new ManagedLocalStorageDevice(
            Path.Combine(directory, "faster.log"), preallocateFile: true, deleteOnClose: true),
        LogCommitDir = directory,
        LogChecksum = LogChecksumType.PerEntry,
        FastCommitMode = true,
        TryRecoverLatest = false,
    };
}
