using LogStore.Broker.Cluster;
using LogStore.Broker.Groups.Storage;
using LogStore.Topics;

namespace LogStore.Broker.TopicAdmin;

/// <summary>Makes topics as the broker's settings want them, on request or because a client asks for one.</summary>
internal sealed class TopicFactory(ICluster cluster, BrokerOptions options)
{
    /// <summary>Where Kafka keeps transactions: nobody is to have it before the broker does.</summary>
    private const string TransactionsTopic = "__transaction_state";

    /// <summary>Whether clients may have a topic made by asking for it.</summary>
    public bool MakesTopics => options.AutoCreateTopics;

    public LogConfig DefaultConfig => options.DefaultTopicConfig;

    public int DefaultPartitions => options.DefaultPartitions;

    public int DefaultReplicationFactor => options.DefaultReplicationFactor;

    /// <summary>
    /// Whether a topic is the broker's own, which clients neither write nor delete. Others that begin like these are those of
    /// tools, and ordinary topics.
    /// </summary>
    public static bool IsInternal(string topic) => topic is OffsetsTopic.Name or TransactionsTopic;

    /// <summary>Makes a topic as clients get it that only ask for it, unless it is there already.</summary>
    /// <exception cref="LogStoreException">The name is not allowed, or the topic cannot be made.</exception>
    public ValueTask<Topic> FindOrCreateAsync(string name, CancellationToken cancellationToken = default) =>
        FindOrCreateAsync(
            new NewTopic(name, DefaultConfig)
            {
                PartitionCount = DefaultPartitions,
                ReplicationFactor = DefaultReplicationFactor,
            },
            cancellationToken);

    /// <summary>Makes one of the broker's own topics, unless it is there already.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="partitionCount">How many partitions it has.</param>
    /// <param name="replicationFactor">How many replicas, if there are as many brokers; as many as there are otherwise.</param>
    /// <param name="config">Its settings.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LogStoreException">The topic cannot be made.</exception>
    public ValueTask<Topic> FindOrCreateInternalAsync(
        string name, int partitionCount, int replicationFactor, LogConfig config, CancellationToken cancellationToken) =>
        FindOrCreateAsync(
            new NewTopic(name, config)
            {
                PartitionCount = partitionCount,
                ReplicationFactor = Math.Min(replicationFactor, cluster.LiveBrokers.Length),
            },
            cancellationToken);

    private async ValueTask<Topic> FindOrCreateAsync(NewTopic wanted, CancellationToken cancellationToken)
    {
        if (cluster.FindTopic(wanted.Name) is { } topic) return topic;
        try
        {
            return await cluster.CreateTopicAsync(wanted, cancellationToken).ConfigureAwait(false);
        }
        catch (TopicExistsException) when (cluster.FindTopic(wanted.Name) is { } made)
        {
            return made; // Another client was faster.
        }
    }
}
