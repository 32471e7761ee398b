using System.CommandLine;
using LogStore.Cli.Cluster;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Topics;
using LogStore.Client;
using LogStore.Topics;

namespace LogStore.Cli.Sinks;

/// <summary>How much there is for a sink to do: what a progress bar measures itself by.</summary>
internal static class SinkProgress
{
    /// <summary>The records that a topic holds at the moment, applied already or not.</summary>
    public static async Task<long> CountAsync(
        ClusterLocation? cluster, ParseResult parsed, string topic, CancellationToken cancellationToken)
    {
        if (cluster is not null)
        {
            await using AdminClient admin = await cluster.OpenAdminAsync(cancellationToken);
            TopicPartition[] partitions =
                await PartitionBounds.FindPartitionsAsync(admin, topic, named: null, cancellationToken);
            return (await PartitionBounds.FindAsync(admin, partitions, time: null, cancellationToken))
                .Values.Sum(each => each.End - each.Start);
        }

        ReadOnlyDataDirectory directory = DataLocation.OpenReadOnly(CommonOptions.DataDirectory(parsed));
        long total = 0;
        for (int partition = 0; partition < directory.GetTopic(topic).PartitionCount; partition++)
        {
            await using ReadOnlyLog? log = await directory.OpenPartitionAsync(topic, partition, cancellationToken);
            if (log is not null) total += log.LogEndOffset - log.LogStartOffset;
        }

        return total;
    }
}
