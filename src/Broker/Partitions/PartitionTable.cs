using System.Collections.Concurrent;
using LogStore.KafkaProtocol;

namespace LogStore.Broker.Partitions;

/// <summary>
/// The partitions that this broker has a replica of. Every one's log is open while it is here, so that finding one never
/// waits. They come and go while the broker runs, by whoever knows what the broker is to hold: <see cref="Cluster.ICluster"/>.
/// </summary>
/// <param name="whyAbsent">
/// What a client is told that asks for a partition which is not here: that there is none, that another broker leads it, or that
/// its log cannot be used.
/// </param>
/// <remarks>
/// Thread-safe. A partition that was found may be removed at any time: it then says that it is not led here, and whoever
/// watches it is woken.
/// </remarks>
internal sealed class PartitionTable(Func<TopicPartition, ErrorCode> whyAbsent)
{
    private readonly ConcurrentDictionary<TopicPartition, Partition> _partitions = new();
    private readonly Callbacks<Partition> _leadershipChanged = new();

    public int Count => _partitions.Count;

    /// <summary>All of them, those that other brokers lead among them.</summary>
    public IEnumerable<Partition> All => _partitions.Values;

    /// <summary>The partition, whoever leads it; null if there is no replica of it here.</summary>
    public Partition? FindReplica(string topic, int index) => _partitions.GetValueOrDefault(new TopicPartition(topic, index));

    /// <summary>The partition, if this broker leads it.</summary>
    public ErrorCode Find(string topic, int index, out Partition partition) =>
        Find(topic, index, leaderEpoch: -1, out partition);

    /// <summary>As <see cref="Find(string, int, out Partition)"/>, for a client that has an opinion of the leader's epoch (KIP-320).</summary>
    public ErrorCode Find(string topic, int index, int leaderEpoch, out Partition partition)
    {
        TopicPartition key = new(topic, index);
        if (!_partitions.TryGetValue(key, out Partition? found))
        {
            partition = null!;
            return whyAbsent(key);
        }

        // Who has the client's epoch wrong is told that first: it tells the client, or us, who is behind.
        partition = found;
        int known = found.LeaderEpoch;
        return leaderEpoch < 0 || leaderEpoch == known ? found.CheckLeader()
            : leaderEpoch < known ? ErrorCode.FencedLeaderEpoch
            : ErrorCode.UnknownLeaderEpoch;
    }

    /// <summary>
    /// Has a callback told when what this broker leads has changed: a partition has come or gone, or its leadership has
    /// changed, as with <see cref="Partition.AddLeadershipListener"/>.
    /// </summary>
    public void AddLeadershipListener(Action<Partition> listener) => _leadershipChanged.Add(listener);

    /// <summary>Has a partition served from here on.</summary>
    /// <exception cref="InvalidOperationException">There is one of this name already, which has to be removed first.</exception>
    public void Add(Partition partition)
    {
        if (!_partitions.TryAdd(KeyOf(partition), partition))
            throw new InvalidOperationException($"{KeyOf(partition)} is in the table already.");
        partition.AddLeadershipListener(_leadershipChanged.Tell);
        // For all that has changed since, too.
        _leadershipChanged.Tell(partition);
    }

    /// <summary>
    /// Ends the service of a partition: it is no longer found, says that it is not led here, and those who watch it are woken.
    /// Its log may be closed afterwards. One that is not here, or another one of its name, changes nothing.
    /// </summary>
    public void Remove(Partition partition)
    {
        if (!_partitions.TryRemove(new(KeyOf(partition), partition))) return;
        partition.Retire();
        partition.RemoveLeadershipListener(_leadershipChanged.Tell);
    }

    private static TopicPartition KeyOf(Partition partition) => new(partition.Topic, partition.Index);
}
