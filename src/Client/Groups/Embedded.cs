using LogStore.KafkaProtocol.ConsumerProtocol;

namespace LogStore.Client.Groups;

/// <summary>Puts partitions in the form that the consumers' own protocol has, and back.</summary>
internal static class Embedded
{
    public static ConsumerTopicPartitions[] Write(IEnumerable<TopicPartition> partitions) => Cluster.Partitions.ByTopic(
        partitions,
        static (topic, of) => new ConsumerTopicPartitions { Topic = topic, PartitionIndexes = of },
        static each => each.Partition);

    public static List<TopicPartition> Read(ConsumerTopicPartitions[] topics) =>
        [.. topics.SelectMany(topic => topic.PartitionIndexes.Select(index => new TopicPartition(topic.Topic, index)))];
}
