using LogStore.Cluster.Tests.Processes;
using LogStore.Cluster.Tests.Workloads;

namespace LogStore.Cluster.Tests.Faults;

/// <summary>Faults of one broker's disk, which is a small file system of its own.</summary>
internal static class DiskFaults
{
    /// <summary>Nothing can be appended at the broker: the others go on without it, and it comes back when there is room.</summary>
    public static async Task Fill(FaultRun run, BrokerNode node, bool restarts)
    {
        await run.View.WhenAllInSyncAsync();
        string ballast = Path.Combine(node.Directory, "ballast");
        FillUp(ballast);
        try
        {
            await run.View.WhenOutOfSyncAsync(node.BrokerId, Workload.Topic);
            await run.Workload.GoOnAsync($"while broker {node.BrokerId} has no room");
            if (restarts) await node.KillAsync();
        }
        finally
        {
            File.Delete(ballast);
        }

        if (restarts) await node.StartAsync();
        await run.View.WhenAllInSyncAsync();
        await run.Workload.GoOnAsync($"after broker {node.BrokerId} has room again");
    }

    private static void FillUp(string path)
    {
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        // Down to the last page: in smaller and smaller pieces.
        for (int size = 1024 * 1024; size >= 1024; size /= 4)
        {
            byte[] piece = new byte[size];
            try
            {
                while (true) file.Write(piece);
            }
            catch (IOException)
            {
                // This much has no room any more; less may have.
            }
        }
    }
}
