using LogStore.Client;
using LogStore.Cluster.Tests.Processes;
using LogStore.Cluster.Tests.Workloads;
using Xunit;

namespace LogStore.Cluster.Tests.Faults;

/// <summary>Faults of the metadata store, an etcd.</summary>
internal static class StoreFaults
{
    /// <summary>What is led is led on while nothing can be decided, for longer than a lease lives.</summary>
    public static async Task KillStore(FaultRun run)
    {
        await run.View.WhenAllInSyncAsync();
        int[] before = Leaders(await run.View.DescribeAsync(Workload.Topic));
        run.Cluster.Etcd!.Kill();
        long killed = TimeProvider.System.GetTimestamp();
        TimeSpan away = ProcessFaults.SessionTimeout * (0.2 + (1.3 * run.Random.NextDouble()));
        do
        {
            await run.Workload.GoOnAsync("while the metadata store is away");
        }
        while (TimeProvider.System.GetElapsedTime(killed) < away);

        Assert.Equal(before, Leaders(await run.View.DescribeAsync(Workload.Topic)));
        run.Cluster.Etcd.Start();
        await ClusterProcesses.AnswersAsync(run.Cluster.Etcd);
        await run.Workload.GoOnAsync("after the metadata store is back");
    }

    /// <summary>The next leader can only be elected when the store is back.</summary>
    public static async Task KillStoreAndLeader(FaultRun run)
    {
        await run.View.WhenAllInSyncAsync();
        BrokerNode leader = run.Cluster[await run.View.LeaderOfAsync(run.Random.Next(Workload.Partitions), Workload.Topic)];
        run.Cluster.Etcd!.Kill();
        await leader.KillAsync();
        run.Cluster.Etcd.Start();
        await ClusterProcesses.AnswersAsync(run.Cluster.Etcd);
        await run.Workload.GoOnAsync($"after the metadata store and broker {leader.BrokerId} were killed");
        await leader.StartAsync();
    }

    private static int[] Leaders(IReadOnlyList<PartitionDescription> partitions) =>
        [.. partitions.OrderBy(each => each.Partition).Select(each => each.LeaderId)];
}
