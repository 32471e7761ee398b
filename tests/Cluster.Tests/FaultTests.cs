using LogStore.Cluster.Tests.Faults;
using LogStore.Cluster.Tests.Processes;
using Xunit;

namespace LogStore.Cluster.Tests;

/// <summary>
/// What clients were told holds whatever happens to the brokers: no acknowledged record is lost, no order broken within a
/// partition, no idempotent record doubled.
/// </summary>
public sealed class FaultTests
{
    [Fact]
    public Task NothingIsLostWhenBrokersAreKilled() => FaultRun.RunAsync(
        new ClusterShape { Settings = [ProcessFaults.SessionTimeoutSetting] },
        rounds: 66,
        ("kill a leader", ProcessFaults.KillLeader),
        ("kill a follower", ProcessFaults.KillFollower),
        ("kill the controller", ProcessFaults.KillController),
        ("kill a broker at once", ProcessFaults.KillAtOnce),
        ("kill two brokers", ProcessFaults.KillTwo),
        ("kill all brokers", ProcessFaults.KillAll),
        ("stop a broker", ProcessFaults.StopAndStart),
        ("halt a leader for long", ProcessFaults.HaltLeaderForLong),
        ("halt a leader briefly", ProcessFaults.HaltLeaderBriefly));

    [Fact]
    public Task NothingIsLostWhenLinksAreCut() => FaultRun.RunAsync(
        new ClusterShape
        {
            HasProxies = true,
            Settings = [ProcessFaults.SessionTimeoutSetting, LinkFaults.LagSetting],
        },
        rounds: 15,
        ("reset all links", LinkFaults.ResetAll),
        ("cut a broker off", LinkFaults.CutOffOne),
        ("part two brokers", LinkFaults.PartTwo),
        ("cut all links", LinkFaults.CutAll),
        ("kill a leader behind a proxy", ProcessFaults.KillLeader));

    [Fact]
    public Task NothingIsLostWhenTheMetadataStoreIsKilled() => FaultRun.RunAsync(
        new ClusterShape { UsesEtcd = true, Settings = [ProcessFaults.SessionTimeoutSetting] },
        rounds: 15,
        ("kill the store", StoreFaults.KillStore),
        ("kill the store and a leader", StoreFaults.KillStoreAndLeader),
        ("kill a leader", ProcessFaults.KillLeader),
        ("halt a leader for long", ProcessFaults.HaltLeaderForLong));

    [Fact]
    public async Task NothingIsLostWhenADiskIsFull()
    {
        using SmallDisk disk = new(megabytes: 64);
        await FaultRun.RunAsync(
            new ClusterShape
            {
                Settings = [ProcessFaults.SessionTimeoutSetting],
                Directories = new Dictionary<int, string> { [1] = disk.Path },
            },
            rounds: 4,
            ("fill a disk", run => DiskFaults.Fill(run, run.Cluster[1], restarts: false)),
            ("fill a disk and kill its broker", run => DiskFaults.Fill(run, run.Cluster[1], restarts: true)));
    }
}
