using System.Collections.Concurrent;
using LogStore.Replicator.Transport;

namespace LogStore.Replicator.Replicas;

/// <summary>The links to the peers that are up, and who waits for room on them.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ReplicaLinks
{
    private readonly ConcurrentDictionary<int, IReplicaLink> _links = new();
    private readonly ConcurrentDictionary<int, ConcurrentQueue<Replica>> _waiting = new();
    private IReplicaLink[] _all = [];

    public IReadOnlyList<IReplicaLink> All => Volatile.Read(ref _all);

    public IReplicaLink? Find(int peer) => _links.GetValueOrDefault(peer);

    public void Add(IReplicaLink link)
    {
        _links[link.BrokerId] = link;
        Volatile.Write(ref _all, [.. _links.Values]);
    }

    /// <summary>False: another link has taken its place.</summary>
    public bool Remove(IReplicaLink link)
    {
        bool removed = _links.TryRemove(new KeyValuePair<int, IReplicaLink>(link.BrokerId, link));
        Volatile.Write(ref _all, [.. _links.Values]);
        return removed;
    }

    /// <summary>Sends what the replicas have given to the links.</summary>
    public void Flush()
    {
        foreach (IReplicaLink link in Volatile.Read(ref _all)) link.Flush();
    }

    /// <summary>Has a replica told when there is room again on the link to a peer.</summary>
    public void AwaitRoom(int peer, Replica replica) => _waiting.GetOrAdd(peer, _ => new()).Enqueue(replica);

    /// <summary>There is room: those who wait so far go on, the first first.</summary>
    public void OnWritable(int peer)
    {
        if (!_waiting.TryGetValue(peer, out ConcurrentQueue<Replica>? waiting)) return;
        for (int left = waiting.Count; left > 0 && waiting.TryDequeue(out Replica? replica); left--) replica.OnWritable(peer);
        Find(peer)?.Flush();
    }
}
