using LogStore.Client.Cluster;
using LogStore.KafkaProtocol.Groups;

namespace LogStore.Client.Groups;

/// <summary>Puts committed offsets in the form of requests, and back.</summary>
internal static class GroupOffsets
{
    public static OffsetFetchRequest FetchRequest(string groupId, IEnumerable<TopicPartition>? partitions) => new()
    {
        GroupId = groupId,
        Topics = partitions is null ? null : Partitions.ByTopic(
            partitions,
            static (topic, of) => new OffsetFetchRequest.Topic { Name = topic, PartitionIndexes = of },
            static each => each.Partition),
    };

    /// <summary>The offsets in an answer; partitions without one are left out.</summary>
    public static Dictionary<TopicPartition, CommittedOffset> Read(OffsetFetchResponse response, string groupId)
    {
        BrokerErrorException.ThrowIfError(response.ErrorCode, $"Reading the offsets of group '{groupId}'");
        Dictionary<TopicPartition, CommittedOffset> offsets = [];
        foreach (OffsetFetchResponse.Topic topic in response.Topics)
        {
            foreach (OffsetFetchResponse.Partition each in topic.Partitions)
            {
                var partition = new TopicPartition(topic.Name, each.PartitionIndex);
                BrokerErrorException.ThrowIfError(
                    each.ErrorCode, $"Reading the offset of group '{groupId}' in {partition}");
                if (each.CommittedOffset >= 0)
                    offsets[partition] = new(each.CommittedOffset, each.CommittedLeaderEpoch, each.Metadata);
            }
        }

        return offsets;
    }

    public static OffsetCommitRequest.Topic[] CommitTopics(
        IReadOnlyDictionary<TopicPartition, CommittedOffset> offsets) =>
        Partitions.ByTopic(
            offsets.Keys,
            static (topic, of) => new OffsetCommitRequest.Topic { Name = topic, Partitions = of },
            each => new OffsetCommitRequest.Partition
            {
                PartitionIndex = each.Partition,
                CommittedOffset = offsets[each].Offset,
                CommittedLeaderEpoch = offsets[each].LeaderEpoch,
                CommittedMetadata = offsets[each].Metadata,
            });

    /// <summary>The first error in an answer, and the partition it is about.</summary>
    public static (ErrorCode Code, TopicPartition Partition) FirstError(OffsetCommitResponse response)
    {
        foreach (OffsetCommitResponse.Topic topic in response.Topics)
        {
            foreach (OffsetCommitResponse.Partition each in topic.Partitions)
                if (each.ErrorCode != ErrorCode.None) return (each.ErrorCode, new(topic.Name, each.PartitionIndex));
        }

        return (ErrorCode.None, default);
    }
}
