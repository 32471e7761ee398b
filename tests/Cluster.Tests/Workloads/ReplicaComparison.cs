using LogStore.Cluster.Tests.Processes;
using LogStore.Records;
using LogStore.Topics;
using Xunit;

namespace LogStore.Cluster.Tests.Workloads;

/// <summary>Stops the brokers and compares their files: below the watermark all replicas hold the same batches.</summary>
internal static class ReplicaComparison
{
    /// <param name="cluster">The cluster, to which nobody writes any more.</param>
    /// <param name="ends">How far each partition of the workload's topic was readable.</param>
    public static async Task StopAndCompareAsync(ClusterProcesses cluster, long[] ends)
    {
        foreach (BrokerNode node in cluster.Nodes) await node.StopAsync();
        ReadOnlyDataDirectory[] directories = [.. cluster.Nodes.Select(node => new ReadOnlyDataDirectory(node.Directory))];
        for (int partition = 0; partition < ends.Length; partition++)
        {
            byte[]? first = null;
            foreach (ReadOnlyDataDirectory directory in directories)
            {
                byte[] log = await ReadAsync(directory, partition, ends[partition]);
                first ??= log;
                Assert.True(
                    log.AsSpan().SequenceEqual(first),
                    $"partition {partition}: {directory.Directory} and {directories[0].Directory} differ at byte " +
                    $"{log.AsSpan().CommonPrefixLength(first)} of {log.Length} and {first.Length}");
            }
        }
    }

    private static async Task<byte[]> ReadAsync(ReadOnlyDataDirectory directory, int partition, long end)
    {
        ReadOnlyLog? log = await directory.OpenPartitionAsync(Workload.Topic, partition);
        Assert.NotNull(log);
        await using (log)
        {
            Assert.True(log.LogEndOffset >= end, $"partition {partition} ends at {log.LogEndOffset} in {directory.Directory}, not {end}");
            using MemoryStream bytes = new();
            await foreach (RecordBatch batch in log.ReadAsync(0))
            {
                if (batch.BaseOffset < end) bytes.Write(batch.Bytes.Span);
            }

            return bytes.ToArray();
        }
    }
}
