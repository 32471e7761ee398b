using System.Diagnostics;
using System.Net.Sockets;

namespace LogStore.Replicator.Rdma.Diagnostics;

/// <summary>Bounds a spin that is expected to be short: looks up from it only now and then.</summary>
internal struct SpinLimit(int spinsPerYield)
{
    /// <summary>For a loop that polls a completion queue: some 5 µs of it.</summary>
    public const int Polls = 128;

    /// <summary>For a loop that only reads memory: as long.</summary>
    public const int Reads = 1024;

    private const int YieldsPerLook = 64;

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private int _spins, _yields;
    private long _started;

    /// <summary>Called for each vain poll.</summary>
    /// <param name="control">The TCP connection to the peer, which is readable as soon as the peer closes it.</param>
    /// <returns>False if the peer has closed.</returns>
    /// <exception cref="ProbeException">Nothing has come for half a minute.</exception>
    public bool Spin(Socket control)
    {
        // A yield is a system call, which would itself delay what comes sooner than that.
        if (++_spins % spinsPerYield != 0) return true;
        // With as few cores as there are spinning threads, the kernel's own work for the device waits for this core.
        Thread.Yield();
        return ++_yields % YieldsPerLook != 0 || Look(control);
    }

    private bool Look(Socket control)
    {
        if (control.Poll(0, SelectMode.SelectRead)) return false;
        if (_started == 0) _started = Stopwatch.GetTimestamp();
        return Stopwatch.GetElapsedTime(_started) <= Silence
            ? true
            : throw new ProbeException($"The peer has not answered for {Silence.TotalSeconds} s. See whether it still runs.");
    }
}
