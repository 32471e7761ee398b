namespace LogStore.Replicator.Transport.Links;

/// <summary>
/// How much more may be sent to a peer: cumulative counters of what was sent, and of what the peer says it has consumed.
/// A counter that is lost is made good by the next. Not thread-safe.
/// </summary>
/// <param name="window">How many bytes of frames the peer takes beyond those it has consumed.</param>
internal sealed class LinkCredit(long window)
{
    /// <summary>The least window that an end may announce, in bytes.</summary>
    public const long MinWindow = 64 * 1024;

    /// <summary>A receiver says what it has consumed at the latest when it is this part of its window.</summary>
    public const int GrantsPerWindow = 8;

    /// <summary>What only messages without records may use: these are what lets the other direction go on.</summary>
    private readonly long _dataLimit = window - (window / 16);

    private long _sent;
    private long _consumed;

    /// <summary>What the peer has not consumed yet, as far as is known.</summary>
    public long Outstanding => _sent - _consumed;

    /// <summary>Whether a frame may go.</summary>
    /// <param name="bytes">The frame's length.</param>
    /// <param name="isData">Whether it carries records.</param>
    public bool Admits(int bytes, bool isData)
    {
        long outstanding = Outstanding;
        if (!isData) return outstanding + bytes <= window;
        // A batch is never split, so one that is larger than the window goes when nothing else is under way, which is when no
        // more is outstanding than what a receiver may have kept to itself.
        return outstanding + bytes <= _dataLimit ||
            (bytes > _dataLimit - (window / 4) && outstanding <= window / 4);
    }

    /// <summary>Counts a frame that goes.</summary>
    public void Sent(int bytes) => _sent += bytes;

    /// <summary>Takes the peer's word for what it has consumed.</summary>
    /// <returns>False: that cannot be.</returns>
    public bool TryConsume(long consumed)
    {
        if (consumed < _consumed || consumed > _sent) return false;
        _consumed = consumed;
        return true;
    }
}
