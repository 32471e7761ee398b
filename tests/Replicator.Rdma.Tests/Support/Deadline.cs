using System.Diagnostics;

namespace LogStore.Replicator.Rdma.Tests;

/// <summary>Bounds a wait that polls.</summary>
internal readonly struct Deadline
{
    private readonly long _started;
    private readonly TimeSpan _limit;

    private Deadline(TimeSpan limit)
    {
        _limit = limit;
        _started = Stopwatch.GetTimestamp();
    }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    public static Deadline In(double seconds) => new(TimeSpan.FromSeconds(seconds));

    /// <summary>Gives the core to others, and throws when the time is up.</summary>
    public void Check(string awaited)
    {
        if (Elapsed > _limit) throw new TimeoutException($"{awaited} did not come within {_limit.TotalSeconds} s");
        Thread.Yield();
    }
}
