namespace LogStore.Broker.Groups.Coordination;

/// <summary>Reads both clocks of a <see cref="TimeProvider"/>. Thread-safe.</summary>
internal sealed class GroupClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public Instant Now => new(
        (long)time.GetElapsedTime(_start).TotalMilliseconds, time.GetUtcNow().ToUnixTimeMilliseconds());
}
