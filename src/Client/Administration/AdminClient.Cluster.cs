using LogStore.Client.Cluster;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Transactions;

namespace LogStore.Client;

/// <content>The cluster, its brokers and what they keep.</content>
public sealed partial class AdminClient
{
    /// <summary>Describes the cluster.</summary>
    public async Task<ClusterDescription> DescribeClusterAsync(CancellationToken cancellationToken = default)
    {
        // Every broker answers Metadata; DescribeCluster is younger.
        MetadataResponse response = await Retry.RunAsync(
            _cluster, _options.ApiTimeout, token => _cluster.AskAsync([], token), cancellationToken)
                .ConfigureAwait(false);
        return new ClusterDescription(
            response.ClusterId, response.ControllerId,
            [
                .. response.Brokers.OrderBy(each => each.NodeId)
                    .Select(each => new BrokerDescription(each.NodeId, each.Host, each.Port, each.Rack)),
            ]);
    }

    /// <summary>Describes the directories in which brokers keep their logs.</summary>
    /// <param name="brokerIds">The brokers; null for all.</param>
    public async Task<IReadOnlyList<LogDirDescription>> DescribeLogDirsAsync(
        IEnumerable<int>? brokerIds = null, CancellationToken cancellationToken = default)
    {
        int[] ids = brokerIds is null
            ? [.. (await DescribeClusterAsync(cancellationToken).ConfigureAwait(false)).Brokers.Select(each => each.Id)]
            : [.. brokerIds];
        List<LogDirDescription> dirs = [];
        foreach (int id in ids)
        {
            DescribeLogDirsResponse response = await AskAsync<DescribeLogDirsRequest, DescribeLogDirsResponse>(
                token => ConnectNodeAsync(id, token), new DescribeLogDirsRequest(), _ => { }, cancellationToken)
                .ConfigureAwait(false);
            dirs.AddRange(response.LogDirs.Select(dir => new LogDirDescription(id, dir.Path, dir.ErrorCode,
            [
                .. dir.Topics.SelectMany(topic => topic.Partitions.Select(each => new LogDirReplica(
                    new TopicPartition(topic.Name, each.PartitionIndex), each.PartitionSize, each.OffsetLag,
                    each.IsFutureKey))),
            ])));
        }

        return dirs;
    }

    /// <summary>Describes the producers that partitions remember (KIP-664).</summary>
    public async Task<IReadOnlyList<ProducerDescription>> DescribeProducersAsync(
        IEnumerable<TopicPartition> partitions, CancellationToken cancellationToken = default)
    {
        List<ProducerDescription> producers = [];
        await AskLeadersAsync([.. partitions], async (connection, asked, token) =>
        {
            var request = new DescribeProducersRequest
            {
                Topics = Partitions.ByTopic(
                    asked,
                    static (topic, of) => new DescribeProducersRequest.Topic { Name = topic, PartitionIndexes = of },
                    static each => each.Partition),
            };
            DescribeProducersResponse response = await connection
                .SendAsync<DescribeProducersRequest, DescribeProducersResponse>(request, _options.RequestTimeout, token)
                .ConfigureAwait(false);
            foreach (DescribeProducersResponse.Topic topic in response.Topics)
            {
                foreach (DescribeProducersResponse.Partition each in topic.Partitions)
                {
                    var partition = new TopicPartition(topic.Name, each.PartitionIndex);
                    BrokerErrorException.ThrowIfError(
                        each.ErrorCode, $"Describing the producers of {partition}", each.ErrorMessage);
                    producers.AddRange(each.ActiveProducers.Select(producer => new ProducerDescription(
                        partition, producer.ProducerId, producer.ProducerEpoch, producer.LastSequence,
                        producer.LastTimestamp, producer.CurrentTxnStartOffset)));
                }
            }
        }, cancellationToken).ConfigureAwait(false);
        return producers;
    }
}
