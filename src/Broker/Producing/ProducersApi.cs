using LogStore.Broker.Partitions;
using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Security;
using LogStore.KafkaProtocol.Transactions;

namespace LogStore.Broker.Producing;

/// <summary>Shows the idempotent producers that a partition remembers (KIP-664).</summary>
internal sealed class ProducersApi(PartitionTable partitions)
{
    public void Register(ApiTable apis) => apis.Add<DescribeProducersRequest, DescribeProducersResponse>(DescribeProducers);

    private DescribeProducersResponse DescribeProducers(DescribeProducersRequest request, RequestContext context) => new()
    {
        // A partition that comes again is shown once: an answer must not be larger than what there is to show.
        Topics =
        [
            .. request.Topics.GroupBy(topic => topic.Name, StringComparer.Ordinal)
                .Select(topic => new DescribeProducersResponse.Topic
                {
                    Name = topic.Key,
                    Partitions =
                    [
                        .. topic.SelectMany(each => each.PartitionIndexes).Distinct()
                            .Select(index => Describe(topic.Key, index, context)),
                    ],
                }),
        ],
    };

    private DescribeProducersResponse.Partition Describe(string topic, int index, RequestContext context)
    {
        DescribeProducersResponse.Partition result = new() { PartitionIndex = index, ActiveProducers = [] };
        if (!context.IsAllowed(AclOperation.Read, AclResourceType.Topic, topic))
            return result with { ErrorCode = ErrorCode.TopicAuthorizationFailed };
        ErrorCode error = partitions.Find(topic, index, out Partition partition);
        if (error != ErrorCode.None) return result with { ErrorCode = error };
        return result with
        {
            ActiveProducers =
            [
                .. partition.Log.ListProducers().Select(producer => new DescribeProducersResponse.ActiveProducer
                {
                    ProducerId = producer.ProducerId,
                    ProducerEpoch = producer.Epoch,
                    LastSequence = producer.LastSequence,
                    LastTimestamp = producer.LastTimestamp,
                    CoordinatorEpoch = -1,
                }),
            ],
        };
    }
}
