using LogStore.KafkaProtocol.Fetch;

namespace LogStore.Client.Cluster;

/// <summary>Asks leaders for offsets by time.</summary>
internal static class OffsetLookup
{
    /// <summary>Looks up one offset of each partition.</summary>
    public static async Task<Dictionary<TopicPartition, OffsetResult>> RunAsync(
        ClusterClient cluster, IReadOnlyDictionary<TopicPartition, OffsetSpec> specs, IsolationLevel isolation,
        CancellationToken cancellationToken)
    {
        Dictionary<TopicPartition, OffsetResult> results = [];
        await Leaders.AskAsync(cluster, [.. specs.Keys], async (connection, asked, token) =>
        {
            var request = new ListOffsetsRequest
            {
                IsolationLevel = isolation,
                Topics = Partitions.ByTopic(
                    asked,
                    static (topic, of) => new ListOffsetsRequest.Topic { Name = topic, Partitions = of },
                    each => new ListOffsetsRequest.Partition
                    {
                        PartitionIndex = each.Partition,
                        Timestamp = specs[each].Timestamp,
                    }),
            };
            ListOffsetsResponse response = await connection.SendAsync<ListOffsetsRequest, ListOffsetsResponse>(
                request, cluster.Options.RequestTimeout, token).ConfigureAwait(false);
            foreach (ListOffsetsResponse.Topic topic in response.Topics)
            {
                foreach (ListOffsetsResponse.Partition each in topic.Partitions)
                {
                    var partition = new TopicPartition(topic.Name, each.PartitionIndex);
                    BrokerErrorException.ThrowIfError(each.ErrorCode, $"Looking up an offset of {partition}");
                    results[partition] = new OffsetResult(each.Offset, each.Timestamp, each.LeaderEpoch);
                }
            }
        }, cancellationToken).ConfigureAwait(false);
        return results;
    }
}
