using LogStore.Cluster.Tests.Processes;
using LogStore.Cluster.Tests.Workloads;

namespace LogStore.Cluster.Tests.Faults;

/// <summary>Faults of broker processes. Each ends with the cluster whole, or about to be.</summary>
internal static class ProcessFaults
{
    /// <summary>As the clusters of these tests are set, a broker is taken for dead after this time.</summary>
    public static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(2);

    public static readonly string SessionTimeoutSetting = $"broker.session.timeout.ms={SessionTimeout.TotalMilliseconds}";

    public static async Task KillLeader(FaultRun run)
    {
        await run.View.WhenAllInSyncAsync();
        int partition = run.Random.Next(Workload.Partitions);
        BrokerNode leader = run.Cluster[await run.View.LeaderOfAsync(partition, Workload.Topic)];
        long killed = TimeProvider.System.GetTimestamp();
        await leader.KillAsync();
        long[] acknowledged = await run.Workload.GoOnAsync($"after broker {leader.BrokerId}, a leader, was killed");
        run.Failovers.Add(TimeProvider.System.GetElapsedTime(killed, acknowledged[partition]));
        await leader.StartAsync();
    }

    public static async Task KillFollower(FaultRun run)
    {
        await run.View.WhenAllInSyncAsync();
        int partition = run.Random.Next(Workload.Partitions);
        int leader = await run.View.LeaderOfAsync(partition, Workload.Topic);
        BrokerNode follower = Others(run, leader)[run.Random.Next(2)];
        await follower.KillAsync();
        await run.Workload.GoOnAsync($"after broker {follower.BrokerId}, a follower, was killed");
        await follower.StartAsync();
    }

    public static async Task KillController(FaultRun run)
    {
        await run.View.WhenAllInSyncAsync();
        BrokerNode controller = run.Cluster[await run.View.ControllerAsync()];
        await controller.KillAsync();
        await run.Workload.GoOnAsync($"after broker {controller.BrokerId}, the controller, was killed");
        await controller.StartAsync();
    }

    /// <summary>A broker that is not in sync yet, or any: whatever the last round has left.</summary>
    public static async Task KillAtOnce(FaultRun run)
    {
        BrokerNode node = run.Cluster.Nodes[run.Random.Next(run.Cluster.Nodes.Count)];
        await node.KillAsync();
        await node.StartAsync();
        await run.Workload.GoOnAsync($"after broker {node.BrokerId} was killed and started");
    }

    public static async Task KillTwo(FaultRun run)
    {
        int spared = run.Random.Next(1, 4);
        BrokerNode[] nodes = Others(run, spared);
        await Task.WhenAll(nodes.Select(node => node.KillAsync()));
        await Task.WhenAll(nodes.Select(node => node.StartAsync()));
        await run.Workload.GoOnAsync($"after all but broker {spared} were killed and started");
    }

    public static async Task KillAll(FaultRun run)
    {
        await Task.WhenAll(run.Cluster.Nodes.Select(node => node.KillAsync()));
        await Task.WhenAll(run.Cluster.Nodes.Select(node => node.StartAsync()));
        await run.Workload.GoOnAsync("after all brokers were killed and started");
    }

    public static async Task StopAndStart(FaultRun run)
    {
        await run.View.WhenAllInSyncAsync();
        BrokerNode node = run.Cluster.Nodes[run.Random.Next(run.Cluster.Nodes.Count)];
        await node.StopAsync();
        await run.Workload.GoOnAsync($"after broker {node.BrokerId} was stopped");
        await node.StartAsync();
    }

    /// <summary>The zombie: it is halted for so long that others lead, and goes on as if it led still.</summary>
    public static async Task HaltLeaderForLong(FaultRun run)
    {
        await run.View.WhenAllInSyncAsync();
        int partition = run.Random.Next(Workload.Partitions);
        BrokerNode leader = run.Cluster[await run.View.LeaderOfAsync(partition, Workload.Topic)];
        await leader.HaltAsync();
        try
        {
            while (!await run.Cluster.IsStoreWritableAsync())
            {
                // It was caught with the store's lock in its hand: another moment, please.
                await leader.ContinueAsync();
                await leader.HaltAsync();
            }

            await run.View.WhenLeadsNothingAsync(leader.BrokerId, Workload.Topic);
        }
        finally
        {
            await leader.ContinueAsync();
        }

        await run.Workload.GoOnAsync($"after broker {leader.BrokerId}, a leader, was halted for long");
    }

    /// <summary>It is halted for less time than it would be missed after.</summary>
    public static async Task HaltLeaderBriefly(FaultRun run)
    {
        int partition = run.Random.Next(Workload.Partitions);
        BrokerNode leader = run.Cluster[await run.View.LeaderOfAsync(partition, Workload.Topic)];
        await leader.HaltAsync();
        // Nothing is waited for: that nothing happens for so long is the fault.
        await Task.Delay(SessionTimeout * (run.Random.NextDouble() / 2));
        await leader.ContinueAsync();
        await run.Workload.GoOnAsync($"after broker {leader.BrokerId}, a leader, was halted briefly");
    }

    private static BrokerNode[] Others(FaultRun run, int brokerId) =>
        [.. run.Cluster.Nodes.Where(node => node.BrokerId != brokerId)];
}
