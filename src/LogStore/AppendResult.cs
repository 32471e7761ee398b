namespace LogStore;

/// <summary>Where a batch went.</summary>
/// <param name="BaseOffset">The offset of its first record (inclusive).</param>
/// <param name="LastOffset">The offset of its last record (inclusive).</param>
/// <param name="IsDuplicate">
/// The batch was one of its producer's last five, sent again: nothing was appended, and the offsets are the original's.
/// </param>
public readonly record struct AppendResult(long BaseOffset, long LastOffset, bool IsDuplicate)
{
    /// <summary>The offset after the batch: the end of the log if nothing follows it (exclusive).</summary>
    public long NextOffset => LastOffset + 1;

    /// <summary>
    /// The time that the log stamped on the records, in milliseconds since 1970; -1 where they keep the producer's.
    /// </summary>
    public long AppendTime { get; init; } = -1;
}
