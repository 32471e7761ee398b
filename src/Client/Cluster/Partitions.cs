namespace LogStore.Client.Cluster;

/// <summary>Puts partitions in the form that requests have: by topic.</summary>
internal static class Partitions
{
    /// <summary>Makes the array of topics, each with its partitions.</summary>
    public static TTopic[] ByTopic<TTopic, TPartition>(
        IEnumerable<TopicPartition> partitions, Func<string, TPartition[], TTopic> makeTopic,
        Func<TopicPartition, TPartition> makePartition) =>
    [
        .. partitions.GroupBy(each => each.Topic, StringComparer.Ordinal)
            .Select(topic => makeTopic(topic.Key, [.. topic.Select(makePartition)])),
    ];
}
