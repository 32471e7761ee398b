namespace LogStore.Broker.Network;

/// <summary>When a connection last moved any bytes. Thread-safe.</summary>
internal sealed class ActivityMark(TimeProvider clock)
{
    private long _last = clock.GetTimestamp();

    /// <summary>How long ago that was.</summary>
    public TimeSpan Age => clock.GetElapsedTime(Volatile.Read(ref _last));

    public void Touch() => Volatile.Write(ref _last, clock.GetTimestamp());
}
