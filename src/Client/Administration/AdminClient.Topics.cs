using LogStore.Client.Cluster;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Topics;

namespace LogStore.Client;

/// <content>Topics.</content>
public sealed partial class AdminClient
{
    /// <summary>Creates topics.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="validateOnly">Whether they are only checked.</param>
    public async Task CreateTopicsAsync(
        IEnumerable<NewTopic> topics, bool validateOnly = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topics);
        var request = new CreateTopicsRequest
        {
            TimeoutMs = TimeoutMs,
            ValidateOnly = validateOnly,
            Topics = [.. topics.Select(ToRequest)],
        };
        await AskControllerAsync<CreateTopicsRequest, CreateTopicsResponse>(request, response =>
        {
            foreach (CreateTopicsResponse.Topic topic in response.Topics)
                BrokerErrorException.ThrowIfError(
                    topic.ErrorCode, $"Creating topic '{topic.Name}'", topic.ErrorMessage);
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Creates a topic.</summary>
    public Task CreateTopicAsync(NewTopic topic, CancellationToken cancellationToken = default) =>
        CreateTopicsAsync([topic], validateOnly: false, cancellationToken);

    /// <summary>Deletes topics and all that is in them.</summary>
    public async Task DeleteTopicsAsync(IEnumerable<string> topics, CancellationToken cancellationToken = default)
    {
        var request = new DeleteTopicsRequest { TopicNames = [.. topics], TimeoutMs = TimeoutMs };
        await AskControllerAsync<DeleteTopicsRequest, DeleteTopicsResponse>(request, response =>
        {
            foreach (DeleteTopicsResponse.Topic topic in response.Topics)
            {
                // To ask again would not bring the topic into being.
                if (topic.ErrorCode == ErrorCode.UnknownTopicOrPartition) throw new UnknownTopicException(topic.Name);
                BrokerErrorException.ThrowIfError(topic.ErrorCode, $"Deleting topic '{topic.Name}'");
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists the topics that the user may see, by name.</summary>
    /// <param name="includeInternal">Whether the cluster's own topics are listed too.</param>
    public async Task<IReadOnlyList<TopicListing>> ListTopicsAsync(
        bool includeInternal = false, CancellationToken cancellationToken = default)
    {
        MetadataResponse response = await Retry.RunAsync(
            _cluster, _options.ApiTimeout, token => _cluster.AskAsync(null, token), cancellationToken)
                .ConfigureAwait(false);
        return
        [
            .. response.Topics
                .Where(topic => topic.ErrorCode == ErrorCode.None && (includeInternal || !topic.IsInternal))
                .OrderBy(topic => topic.Name, StringComparer.Ordinal)
                .Select(topic => new TopicListing(topic.Name, topic.Partitions.Length, topic.IsInternal)),
        ];
    }

    /// <summary>Describes topics, in the order of their names.</summary>
    public async Task<IReadOnlyList<TopicDescription>> DescribeTopicsAsync(
        IEnumerable<string> topics, CancellationToken cancellationToken = default)
    {
        string[] names = [.. topics];
        MetadataResponse response = await Retry.RunAsync(_cluster, _options.ApiTimeout, async token =>
        {
            MetadataResponse answer = await _cluster.AskAsync(names, token).ConfigureAwait(false);
            foreach (MetadataResponse.Topic topic in answer.Topics)
            {
                if (topic.ErrorCode == ErrorCode.UnknownTopicOrPartition) throw new UnknownTopicException(topic.Name);
                BrokerErrorException.ThrowIfError(topic.ErrorCode, $"Describing topic '{topic.Name}'");
            }

            return answer;
        }, cancellationToken).ConfigureAwait(false);
        return [.. response.Topics.OrderBy(topic => topic.Name, StringComparer.Ordinal).Select(ToDescription)];
    }

    /// <summary>Raises a topic's number of partitions. Keys may then hash to other partitions than before.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="totalCount">How many it is to have then.</param>
    public async Task CreatePartitionsAsync(string topic, int totalCount, CancellationToken cancellationToken = default)
    {
        var request = new CreatePartitionsRequest
        {
            TimeoutMs = TimeoutMs,
            Topics = [new() { Name = topic, Count = totalCount }],
        };
        await AskControllerAsync<CreatePartitionsRequest, CreatePartitionsResponse>(request, response =>
        {
            foreach (CreatePartitionsResponse.Topic each in response.Topics)
            {
                if (each.ErrorCode == ErrorCode.UnknownTopicOrPartition) throw new UnknownTopicException(each.Name);
                BrokerErrorException.ThrowIfError(
                    each.ErrorCode, $"Adding partitions to topic '{each.Name}'", each.ErrorMessage);
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes records from the beginning of partitions.</summary>
    /// <param name="beforeOffsets">Up to where (exclusive), by partition; -1 for all there are.</param>
    /// <returns>Where each partition begins now.</returns>
    public async Task<IReadOnlyDictionary<TopicPartition, long>> DeleteRecordsAsync(
        IReadOnlyDictionary<TopicPartition, long> beforeOffsets, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(beforeOffsets);
        Dictionary<TopicPartition, long> starts = [];
        await AskLeadersAsync([.. beforeOffsets.Keys], async (connection, partitions, token) =>
        {
            var request = new DeleteRecordsRequest
            {
                TimeoutMs = TimeoutMs,
                Topics = Partitions.ByTopic(partitions, static (topic, of) => new DeleteRecordsRequest.Topic
                {
                    Name = topic,
                    Partitions = of,
                }, each => new DeleteRecordsRequest.Partition
                {
                    PartitionIndex = each.Partition,
                    Offset = beforeOffsets[each],
                }),
            };
            DeleteRecordsResponse response = await connection
                .SendAsync<DeleteRecordsRequest, DeleteRecordsResponse>(request, _options.RequestTimeout, token)
                .ConfigureAwait(false);
            foreach (DeleteRecordsResponse.Topic topic in response.Topics)
            {
                foreach (DeleteRecordsResponse.Partition partition in topic.Partitions)
                {
                    var key = new TopicPartition(topic.Name, partition.PartitionIndex);
                    BrokerErrorException.ThrowIfError(partition.ErrorCode, $"Deleting records of {key}");
                    starts[key] = partition.LowWatermark;
                }
            }
        }, cancellationToken).ConfigureAwait(false);
        return starts;
    }

    private static CreateTopicsRequest.Topic ToRequest(NewTopic topic) => new()
    {
        Name = topic.Name,
        NumPartitions = topic.Assignments is null ? topic.Partitions : -1,
        ReplicationFactor = topic.Assignments is null ? topic.ReplicationFactor : (short)-1,
        Assignments =
        [
            .. (topic.Assignments ?? new Dictionary<int, int[]>()).Select(each => new CreateTopicsRequest.Assignment
            {
                PartitionIndex = each.Key,
                BrokerIds = each.Value,
            }),
        ],
        Configs =
        [
            .. topic.Configs.Select(each => new CreateTopicsRequest.Config { Name = each.Key, Value = each.Value }),
        ],
    };

    private static TopicDescription ToDescription(MetadataResponse.Topic topic) => new(
        topic.Name, topic.IsInternal,
        [
            .. topic.Partitions.OrderBy(each => each.PartitionIndex).Select(each => new PartitionDescription(
                each.PartitionIndex, each.LeaderId, each.LeaderEpoch, each.ReplicaNodes, each.IsrNodes,
                each.OfflineReplicas)),
        ]);
}
