using LogStore.Cli.Output;
using LogStore.Client;

namespace LogStore.Cli.Cluster.Moves;

/// <summary>Waits until partitions have been moved, and says how many are left.</summary>
internal static class MoveProgress
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Returns when none of the partitions is being moved any more; writes to standard error when that has changed.</summary>
    public static async Task WaitAsync(
        AdminClient admin, IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        int told = partitions.Count;
        while (true)
        {
            int left = (await admin.ListPartitionReassignmentsAsync(partitions, cancellationToken)).Count;
            if (left == 0) return;
            if (left < told) await Console.Error.WriteLineAsync($"{Quantity.Count(left, "partition")} left to move");
            told = Math.Min(left, told);
            await Task.Delay(Pause, cancellationToken);
        }
    }
}
