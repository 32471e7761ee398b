using System.Runtime.CompilerServices;

namespace LogStore.Simulation;

/// <summary>Simulated time: what is to happen, in order of time and then of planning, and the one source of chance.</summary>
internal sealed class World(ulong seed, bool isTraced)
{
    /// <summary>A millisecond in the world's unit of time, the microsecond.</summary>
    public const long Ms = 1000;

    private readonly PriorityQueue<Action, (long Time, long Sequence)> _events = new();
    private long _planned;

    /// <summary>Microseconds since the beginning.</summary>
    public long Now { get; private set; }

    /// <summary>How many events there were.</summary>
    public long Steps { get; private set; }

    public Prng Random { get; } = new(seed);

    public Trace Trace { get; } = new(isTraced);

    /// <summary>Has something happen, so many microseconds from now.</summary>
    public void After(long delay, Action action) => _events.Enqueue(action, (Now + delay, _planned++));

    /// <summary>The next event happens, unless there is none before a time. False: none; that time has come.</summary>
    public bool Step(long until)
    {
        if (!_events.TryPeek(out _, out (long Time, long Sequence) next) || next.Time > until)
        {
            Now = until;
            return false;
        }

        Action action = _events.Dequeue();
        Now = next.Time;
        Steps++;
        Trace.Step(next.Time, next.Sequence);
        action();
        return true;
    }

    /// <summary>Writes a line of the trace, where one is wanted.</summary>
    public void Say([InterpolatedStringHandlerArgument("")] ref TraceLine line)
    {
        if (Trace.IsOn) Trace.Add(Now, line.ToString());
    }
}
