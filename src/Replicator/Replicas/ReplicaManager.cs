using System.Collections.Concurrent;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Transport;
using LogStore.Topics;

namespace LogStore.Replicator.Replicas;

/// <summary>All replicas of a broker: tells them of peers, links and messages.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ReplicaManager : IReplicaReceiver, IDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    // What a new replica is told of and what the others are told of next must not miss or overtake each other.
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<PartitionId, Replica> _replicas = new();
    private readonly ConcurrentDictionary<int, List<Replica>> _heard = new();
    private readonly Dictionary<int, LiveBroker> _brokers = [];
    private readonly HashSet<(PartitionId Partition, int BrokerId)> _failed = [];
    private readonly ReplicaServices _services;
    private readonly Action<ReplicaPeer> _refused;
    private readonly ITimer _timer;
    private int _ticking;

    public ReplicaManager(ReplicaServices services, Action<ReplicaPeer> refused)
    {
        _services = services;
        _refused = refused;
        _timer = services.Time.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);
    }

    public ICollection<Replica> All => _replicas.Values;

    public Replica? Find(PartitionId partition) => _replicas.GetValueOrDefault(partition);

    /// <summary>
    /// Takes up a replica whose log is open. From here on it can be found; the caller tells it the partition's state, as it is by
    /// then.
    /// </summary>
    public Replica Add(Topic topic, int index, Log log, LiveBroker self)
    {
        Replica replica = new(_services, topic, index, log, self);
        lock (_gate)
        {
            foreach (LiveBroker broker in _brokers.Values) replica.OnBroker(broker);
            foreach ((PartitionId partition, int brokerId) in _failed)
            {
                if (partition == replica.Id) replica.OnReplicaFailed(brokerId, hasFailed: true);
            }

            foreach (IReplicaLink link in _services.Links.All) replica.OnLinkUp(link.BrokerId);
            _replicas[replica.Id] = replica;
        }

        return replica;
    }

    public void Remove(Replica replica)
    {
        if (_replicas.TryRemove(new KeyValuePair<PartitionId, Replica>(replica.Id, replica))) replica.Close();
    }

    public void OnBroker(LiveBroker broker)
    {
        lock (_gate)
        {
            _brokers[broker.BrokerId] = broker;
            foreach (Replica replica in _replicas.Values) replica.OnBroker(broker);
        }
    }

    public void OnBrokerGone(int brokerId)
    {
        lock (_gate)
        {
            _brokers.Remove(brokerId);
            foreach (Replica replica in _replicas.Values) replica.OnBrokerGone(brokerId);
        }
    }

    /// <summary>A broker can no longer serve a partition, or can again.</summary>
    public void OnReplicaFailed(PartitionId partition, int brokerId, bool hasFailed)
    {
        lock (_gate)
        {
            if (hasFailed ? !_failed.Add((partition, brokerId)) : !_failed.Remove((partition, brokerId))) return;
            Find(partition)?.OnReplicaFailed(brokerId, hasFailed);
        }
    }

    public void OnLinkUp(IReplicaLink link)
    {
        lock (_gate)
        {
            _services.Links.Add(link);
            foreach (Replica replica in _replicas.Values) replica.OnLinkUp(link.BrokerId);
        }

        link.Flush();
    }

    public void OnLinkDown(IReplicaLink link, bool isRefused)
    {
        lock (_gate)
        {
            if (!_services.Links.Remove(link)) return;
            foreach (Replica replica in _replicas.Values) replica.OnLinkDown(link.BrokerId);
        }
    }

    public void OnRefused(ReplicaPeer peer) => _refused(peer);

    public void OnMessage(IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload)
    {
        if (!_replicas.TryGetValue(message.Partition, out Replica? replica)) return;
        replica.OnMessage(link.BrokerId, message, payload);
        if (message.Kind != ReplicaMessageKind.Append) return;
        // One thread at a time for each link.
        List<Replica> heard = _heard.GetOrAdd(link.BrokerId, _ => []);
        if (!heard.Contains(replica)) heard.Add(replica);
    }

    public void OnDrained(IReplicaLink link)
    {
        if (_heard.TryGetValue(link.BrokerId, out List<Replica>? heard))
        {
            foreach (Replica replica in heard) replica.OnDrained();
            heard.Clear();
        }

        _services.Links.Flush();
    }

    public void OnWritable(IReplicaLink link) => _services.Links.OnWritable(link.BrokerId);

    public void Dispose()
    {
        _timer.Dispose();
        foreach (Replica replica in _replicas.Values) Remove(replica);
    }

    private void Tick()
    {
        if (Interlocked.Exchange(ref _ticking, 1) != 0) return; // The machine is slow; this tick is that one.
        try
        {
            foreach (Replica replica in _replicas.Values) replica.OnTick();
        }
        finally
        {
            Volatile.Write(ref _ticking, 0);
        }
    }
}
