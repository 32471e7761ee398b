using LogStore.KafkaProtocol.Fetch;

namespace LogStore.Client.Cluster;

/// <summary>Asks leaders where leader epochs end in their logs (KIP-320).</summary>
internal static class EpochLookup
{
    /// <summary>The oldest version that consumers may ask.</summary>
    private const short LeastVersion = 2;

    /// <summary>Looks up one epoch of each partition.</summary>
    public static async Task<Dictionary<TopicPartition, EpochEnd>> RunAsync(
        ClusterClient cluster, IReadOnlyDictionary<TopicPartition, int> epochs, CancellationToken cancellationToken)
    {
        Dictionary<TopicPartition, EpochEnd> results = [];
        await Leaders.AskAsync(cluster, [.. epochs.Keys], async (connection, asked, token) =>
        {
            if (!connection.Versions.Offers(ApiKey.OffsetForLeaderEpoch, LeastVersion)) return;
            var request = new OffsetForLeaderEpochRequest
            {
                ReplicaId = -1,
                Topics = Partitions.ByTopic(
                    asked,
                    static (topic, of) => new OffsetForLeaderEpochRequest.Topic { Name = topic, Partitions = of },
                    each => new OffsetForLeaderEpochRequest.Partition
                    {
                        PartitionIndex = each.Partition,
                        LeaderEpoch = epochs[each],
                    }),
            };
            OffsetForLeaderEpochResponse response = await connection
                .SendAsync<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(
                    request, cluster.Options.RequestTimeout, token)
                .ConfigureAwait(false);
            foreach (OffsetForLeaderEpochResponse.Topic topic in response.Topics)
            {
                foreach (OffsetForLeaderEpochResponse.Partition each in topic.Partitions)
                {
                    var partition = new TopicPartition(topic.Name, each.PartitionIndex);
                    BrokerErrorException.ThrowIfError(each.ErrorCode, $"Looking up an epoch of {partition}");
                    results[partition] = new EpochEnd(each.LeaderEpoch, each.EndOffset);
                }
            }
        }, cancellationToken).ConfigureAwait(false);
        return results;
    }
}
