using LogStore.Simulation.Rdma;
using LogStore.Simulation.Storage;

namespace LogStore.Simulation.Cluster;

/// <summary>A broker's machine: its disk, its RDMA device, its clock, and the process that runs on it, if any.</summary>
internal sealed class SimulatedBroker(SimulatedCluster cluster, int brokerId, int partitions)
{
    private readonly World _world = cluster.World;
    private long _clockUs = brokerId * 1_000_000_007L;
    private long _clockSetAt;
    private long _ratePerMille = 1000;
    private long _restartAt;

    public int BrokerId { get; } = brokerId;

    public SimulatedDisk Disk { get; } = new(brokerId, partitions);

    public SimulatedDevice Device { get; } = new(brokerId, cluster.Plan.Rdma?.RingBytes ?? 0);

    public BrokerProcess? Process { get; private set; }

    public long PausedUntil { get; private set; }

    public long DiskFullUntil { get; set; }

    public bool IsDiskFull => DiskFullUntil > _world.Now;

    public long DiskSlowUntil { get; set; }

    /// <summary>What the broker's own clock shows, in milliseconds; it never goes back.</summary>
    public long ClockMs => ClockUs / 1000;

    private long ClockUs => _clockUs + ((_world.Now - _clockSetAt) * _ratePerMille / 1000);

    /// <summary>How long a time of the broker's own clock is in the world's.</summary>
    public long InWorldTime(long duration) => duration * 1000 / _ratePerMille;

    public void Drift(long perMille)
    {
        (_clockUs, _clockSetAt, _ratePerMille) = (ClockUs, _world.Now, perMille);
    }

    public void Start()
    {
        Process ??= new BrokerProcess(cluster, this);
    }

    public void Pause(long duration) => PausedUntil = Math.Max(PausedUntil, _world.Now + duration);

    /// <summary>The process ends, and a new one starts after a while; two ends at once count as one.</summary>
    public void Crash(long downtime, Action? meanwhile = null)
    {
        _world.Say($"broker {BrokerId}: ends for {downtime} us");
        Process?.Kill();
        Process = null;
        PausedUntil = 0;
        if (meanwhile is null) Disk.Reopen();
        else meanwhile();
        long restartAt = _restartAt = _world.Now + downtime;
        _world.After(downtime, () =>
        {
            if (_restartAt == restartAt) Start();
        });
    }

    public void LosePower(long downtime) => Crash(downtime, () =>
    {
        Disk.LosePower(_world.Random);
        cluster.OnDataLost();
    });

    public void Wipe(long downtime) => Crash(downtime, () =>
    {
        Disk.Wipe();
        cluster.OnDataLost();
    });

    /// <summary>All that troubles the machine is over.</summary>
    public void Heal()
    {
        PausedUntil = 0;
        DiskFullUntil = 0;
        DiskSlowUntil = 0;
        Drift(1000);
        Start();
    }
}
