using LogStore.Bench.Broker.Servers;

namespace LogStore.Bench.Broker.Clusters;

/// <summary>Three servers on this machine that keep every record three times.</summary>
internal abstract class ServerCluster : Service
{
    /// <summary>How many servers there are, and how many replicas everything has.</summary>
    public const int Size = 3;

    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(60);

    private readonly ServerProcess?[] _processes = new ServerProcess?[Size];

    public override double CpuSeconds => _processes.Sum(process => process?.CpuSeconds ?? 0);

    /// <summary>The servers' indices, from 0.</summary>
    protected static IEnumerable<int> Members { get; } = Enumerable.Range(0, Size);

    public override void Start()
    {
        try
        {
            StartProcesses();
            Settle(Name, IsReady);
        }
        catch
        {
            Stop();
            throw;
        }
    }

    public override void Stop()
    {
        // At the same time: a server may wait for one that is gone.
        Parallel.ForEach(Members, index => _processes[index]?.Dispose());
        Array.Clear(_processes);
    }

    /// <summary>Waits, for a minute at most, until something is so.</summary>
    public static void Settle(string what, Func<bool> isSo)
    {
        DateTime limit = DateTime.UtcNow + SettleLimit;
        while (!isSo())
        {
            if (DateTime.UtcNow > limit) throw new ServerFailedException($"{what} did not settle within {SettleLimit.TotalSeconds} s");
            Thread.Sleep(50);
        }
    }

    /// <summary>Kills a server, and returns the moment before.</summary>
    protected long KillMember(int index)
    {
        ServerProcess process = _processes[index]!;
        _processes[index] = null;
        return process.KillNow();
    }

    protected void StartMember(int index) => _processes[index] = StartProcess(index);

    /// <summary>Starts all servers; at the same time, unless they have to be started otherwise.</summary>
    protected virtual void StartProcesses() =>
        ServerProcess.StartTogether(Members.Select(index => new Func<ServerProcess>(() => StartProcess(index)))).CopyTo(_processes);

    protected abstract ServerProcess StartProcess(int index);

    /// <summary>Whether the servers have found each other.</summary>
    protected abstract bool IsReady();
}
