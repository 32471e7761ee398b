using LogStore.Cluster.Tests.Processes;
using LogStore.Cluster.Tests.Workloads;

namespace LogStore.Cluster.Tests.Faults;

/// <summary>
/// Faults of the links between brokers, which reach each other through proxies. Of two brokers the one with the lower number
/// dials: cutting the proxy of broker 3 cuts it off, that of broker 2 parts it from broker 1 alone.
/// </summary>
internal static class LinkFaults
{
    /// <summary>A follower that lags is let go of after this time.</summary>
    public const string LagSetting = "replica.lag.time.max.ms=1500";

    public static async Task ResetAll(FaultRun run)
    {
        foreach (ReplicationProxy proxy in run.Cluster.Proxies) proxy.Reset();
        await run.Workload.GoOnAsync("after all links were reset");
    }

    /// <summary>What the broker leads that is cut off waits for it: it lives, and nobody else has all that is committed.</summary>
    public static async Task CutOffOne(FaultRun run)
    {
        await run.View.WhenAllInSyncAsync();
        int[] others = [.. (await run.View.DescribeAsync(Workload.Topic)).Where(each => each.LeaderId != 3).Select(each => each.Partition)];
        await CutAsync(run, run.Cluster.Proxies[2], others);
    }

    public static async Task PartTwo(FaultRun run)
    {
        await run.View.WhenAllInSyncAsync();
        await CutAsync(run, run.Cluster.Proxies[1], [.. Enumerable.Range(0, Workload.Partitions)]);
    }

    /// <summary>Nobody can commit anything until the links are back.</summary>
    public static async Task CutAll(FaultRun run)
    {
        foreach (ReplicationProxy proxy in run.Cluster.Proxies) proxy.Cut();
        await run.View.WhenAnySetIsAloneAsync(Workload.Topic);
        foreach (ReplicationProxy proxy in run.Cluster.Proxies) proxy.Restore();
        await run.Workload.GoOnAsync("after all links were cut and restored");
    }

    private static async Task CutAsync(FaultRun run, ReplicationProxy proxy, int[] partitions)
    {
        proxy.Cut();
        try
        {
            await run.Workload.GoOnAsync("after links were cut", partitions);
        }
        finally
        {
            proxy.Restore();
        }

        await run.Workload.GoOnAsync("after links were restored");
    }
}
