namespace LogStore.Replicator.Transport.Links;

/// <summary>
/// The receiver's side of <see cref="LinkCredit"/>: what was consumed, and when it is time to say so. Used by the thread
/// that receives.
/// </summary>
internal sealed class ConsumptionCounter(long window)
{
    private long _consumed;
    private long _granted;

    /// <summary>Counts a frame that was handled.</summary>
    public void Add(int bytes) => Volatile.Write(ref _consumed, _consumed + bytes);

    /// <summary>What was consumed, ever. May be read by any thread.</summary>
    public long Consumed => Volatile.Read(ref _consumed);

    /// <summary>Whether so much was consumed since the last time that the peer should know.</summary>
    public bool TakeGrant()
    {
        if (_consumed - _granted < window / LinkCredit.GrantsPerWindow) return false;
        _granted = _consumed;
        return true;
    }
}
