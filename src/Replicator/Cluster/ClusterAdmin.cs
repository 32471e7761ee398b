using System.Collections.Immutable;
using LogStore.Replicator.Metadata;
using LogStore.Replicator.Protocol;
using LogStore.Topics;

namespace LogStore.Replicator.Cluster;

/// <summary>Changes the cluster's topics and the places of their replicas, at the authority; any broker can.</summary>
/// <remarks>Thread-safe. A change is made when the call returns; brokers learn of it a moment later.</remarks>
public sealed class ClusterAdmin
{
    private const int PartitionsAtOnce = 100;

    private readonly IMetadataStore _store;
    private readonly Func<ClusterImage> _image;

    internal ClusterAdmin(IMetadataStore store, Func<ClusterImage> image)
    {
        _store = store;
        _image = image;
    }

    /// <summary>Makes a topic whose replicas are spread over the live brokers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="partitionCount">How many partitions it has.</param>
    /// <param name="replicationFactor">Replicas of each partition.</param>
    /// <param name="config">Its settings.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidReplicationFactorException">There are not so many brokers.</exception>
    /// <exception cref="TopicExistsException">The name is taken.</exception>
    public ValueTask<Topic> CreateTopicAsync(
        string name, int partitionCount, int replicationFactor, LogConfig config, CancellationToken cancellationToken = default) =>
        CreateTopicAsync(name, Place(0, partitionCount, replicationFactor, StartOf(name)), config, cancellationToken);

    /// <summary>Makes a topic whose replicas are where the caller wants them.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="replicas">The brokers of each partition's replicas, the preferred leader first.</param>
    /// <param name="config">Its settings.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidReplicaAssignmentException">A broker is named twice, or does not live.</exception>
    /// <exception cref="TopicExistsException">The name is taken.</exception>
    public async ValueTask<Topic> CreateTopicAsync(
        string name, IReadOnlyList<ImmutableArray<int>> replicas, LogConfig config, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(replicas);
        Topic topic = new(name, Guid.NewGuid(), replicas.Count, config);
        if (_image().Topics.ContainsKey(name)) throw new TopicExistsException(name);
        if (await PutAsync(topic, version: 0, firstPartition: 0, replicas, cancellationToken).ConfigureAwait(false)) return topic;
        await DeletePartitionsAsync(topic, cancellationToken).ConfigureAwait(false);
        throw new TopicExistsException(name);
    }

    /// <summary>Gives a topic more partitions.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="partitionCount">How many it is to have.</param>
    /// <param name="replicas">Where the new ones' replicas are to be; null to spread them as the first partition's are.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnknownTopicOrPartitionException">There is no such topic.</exception>
    /// <exception cref="InvalidTopicException">It has as many already.</exception>
    public async ValueTask<Topic> AddPartitionsAsync(
        string name, int partitionCount, IReadOnlyList<ImmutableArray<int>>? replicas = null,
        CancellationToken cancellationToken = default)
    {
        (Topic topic, long version) = await ReadTopicAsync(name, cancellationToken).ConfigureAwait(false);
        int added = partitionCount - topic.PartitionCount;
        if (added <= 0 || partitionCount > Topic.MaxPartitions)
            throw new InvalidTopicException(
                $"The topic '{name}' has {topic.PartitionCount} partitions: ask for more than that, and at most {Topic.MaxPartitions}.");
        int factor = _image().FindPartition(topic.Id, 0)?.Replicas.Length ?? 1;
        replicas ??= Place(topic.PartitionCount, added, factor, StartOf(name));
        Topic changed = topic with { PartitionCount = partitionCount };
        if (!await PutAsync(changed, version, topic.PartitionCount, replicas, cancellationToken).ConfigureAwait(false))
            throw Conflict(name);
        return changed;
    }

    /// <summary>Gives a topic other settings.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="change">Makes the new settings of the present ones; called again if they change meanwhile.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnknownTopicOrPartitionException">There is no such topic.</exception>
    public async ValueTask<Topic> AlterTopicAsync(
        string name, Func<LogConfig, LogConfig> change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        string key = ClusterKeys.Topic(name);
        while (true)
        {
            (Topic topic, long version) = await ReadTopicAsync(name, cancellationToken).ConfigureAwait(false);
            Topic changed = topic with { Config = change(topic.Config) };
            MetadataResult result = await _store.TransactAsync(
                new MetadataTransaction().If(key, version).Put(key, ClusterJson.Write(changed)), cancellationToken)
                .ConfigureAwait(false);
            if (result.Succeeded) return changed;
        }
    }

    /// <summary>Deletes a topic, and its records on all brokers, those that are down as soon as they come up.</summary>
    /// <exception cref="UnknownTopicOrPartitionException">There is no such topic.</exception>
    public async ValueTask DeleteTopicAsync(string name, CancellationToken cancellationToken = default)
    {
        (Topic topic, long version) = await ReadTopicAsync(name, cancellationToken).ConfigureAwait(false);
        MetadataResult result = await _store.TransactAsync(
            new MetadataTransaction().If(ClusterKeys.Topic(name), version).Delete(ClusterKeys.Topic(name))
                .Put(ClusterKeys.DeletedTopic(topic.Id), "{}"u8.ToArray()),
            cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded) throw Conflict(name);
        await DeletePartitionsAsync(topic, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Has a partition's replicas be on other brokers: the new ones catch up first, then the old ones go. Null ends a
    /// reassignment that is under way, and leaves the replicas as they were.
    /// </summary>
    /// <returns>The version of the partition's state from which on it is so.</returns>
    /// <exception cref="UnknownTopicOrPartitionException">There is no such partition.</exception>
    /// <exception cref="InvalidReplicaAssignmentException">A broker is named twice, or does not live.</exception>
    public async ValueTask<long> ReassignAsync(
        string name, int index, ImmutableArray<int>? replicas, CancellationToken cancellationToken = default)
    {
        if (!_image().Topics.TryGetValue(name, out Topic? topic)) throw new UnknownTopicOrPartitionException(name);
        PartitionId partition = new(topic.Id, topic.CheckPartition(index));
        if (replicas is { } wanted) Check(wanted, _image().Brokers);
        string key = ClusterKeys.Partition(partition);
        while (true)
        {
            MetadataEntry entry = await _store.GetAsync(key, cancellationToken).ConfigureAwait(false) ??
                throw new UnknownTopicOrPartitionException(name, index, topic.PartitionCount);
            PartitionState state = ClusterJson.ReadPartition(entry.Value, entry.Version);
            PartitionState changed = replicas is { } target ? state.Towards(target) : state.WithoutReassignment();
            MetadataResult result = await _store.TransactAsync(
                new MetadataTransaction().If(key, entry.Version).Put(key, ClusterJson.Write(changed)), cancellationToken)
                .ConfigureAwait(false);
            if (result.Succeeded) return result.Revision;
        }
    }

    private ImmutableArray<int>[] Place(int first, int count, int replicationFactor, int start)
    {
        ImmutableDictionary<int, BrokerRegistration> brokers = _image().Brokers;
        if (replicationFactor < 1 || replicationFactor > brokers.Count)
            throw new InvalidReplicationFactorException(replicationFactor, brokers.Count);
        return ReplicaPlacement.Place(
            [.. brokers.Values.Select(broker => (broker.BrokerId, broker.Rack))], first, count, replicationFactor, start);
    }

    private static void Check(ImmutableArray<int> replicas, ImmutableDictionary<int, BrokerRegistration> brokers)
    {
        if (replicas.IsDefaultOrEmpty) throw new InvalidReplicaAssignmentException("A partition has at least one replica.");
        foreach (int replica in replicas)
        {
            if (replicas.Count(other => other == replica) > 1)
                throw new InvalidReplicaAssignmentException($"Broker {replica} is named twice.");
            if (!brokers.ContainsKey(replica))
                throw new InvalidReplicaAssignmentException(
                    $"There is no live broker {replica}; there are {string.Join(", ", brokers.Keys.Order())}.");
        }
    }

    /// <summary>
    /// Puts new partitions, then the topic, which makes them part of the cluster; all on the condition that the topic is still of
    /// a version, as partitions that are part of it already must not begin again.
    /// </summary>
    /// <returns>False: the topic is of another version.</returns>
    private async Task<bool> PutAsync(
        Topic topic, long version, int firstPartition, IReadOnlyList<ImmutableArray<int>> replicas,
        CancellationToken cancellationToken)
    {
        ImmutableDictionary<int, BrokerRegistration> brokers = _image().Brokers;
        foreach (ImmutableArray<int> each in replicas) Check(each, brokers);
        string key = ClusterKeys.Topic(topic.Name);
        for (int start = 0; start < replicas.Count; start += PartitionsAtOnce)
        {
            MetadataTransaction transaction = new();
            transaction.If(key, version);
            for (int index = start; index < Math.Min(replicas.Count, start + PartitionsAtOnce); index++)
            {
                PartitionState state = new()
                {
                    Leader = replicas[index][0],
                    Replicas = replicas[index],
                    // All of them are empty, and thereby in sync.
                    InSyncReplicas = [.. replicas[index].Select(id => new InSyncReplica(id, brokers[id].Epoch))],
                };
                transaction.Put(ClusterKeys.Partition(new PartitionId(topic.Id, firstPartition + index)), ClusterJson.Write(state));
            }

            if (!(await _store.TransactAsync(transaction, cancellationToken).ConfigureAwait(false)).Succeeded) return false;
        }

        MetadataResult result = await _store.TransactAsync(
            new MetadataTransaction().If(key, version).Put(key, ClusterJson.Write(topic)), cancellationToken).ConfigureAwait(false);
        return result.Succeeded;
    }

    private async Task DeletePartitionsAsync(Topic topic, CancellationToken cancellationToken)
    {
        for (int start = 0; start < topic.PartitionCount; start += PartitionsAtOnce)
        {
            MetadataTransaction transaction = new();
            for (int index = start; index < Math.Min(topic.PartitionCount, start + PartitionsAtOnce); index++)
                transaction.Delete(ClusterKeys.Partition(new PartitionId(topic.Id, index)));
            await _store.TransactAsync(transaction, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(Topic Topic, long Version)> ReadTopicAsync(string name, CancellationToken cancellationToken)
    {
        MetadataEntry entry = await _store.GetAsync(ClusterKeys.Topic(name), cancellationToken).ConfigureAwait(false) ??
            throw new UnknownTopicOrPartitionException(name);
        return (ClusterJson.ReadTopic(name, entry.Value), entry.Version);
    }

    private static MetadataStoreException Conflict(string topic) =>
        new($"The topic '{topic}' was changed by somebody else at the same time; try again.");

    /// <summary>Where a topic's placement begins: the same for a name everywhere, so that it can be understood.</summary>
    private static int StartOf(string name)
    {
        uint hash = 2166136261; // FNV-1a
        foreach (char character in name) hash = (hash ^ character) * 16777619;
        return (int)(hash & int.MaxValue);
    }
}
