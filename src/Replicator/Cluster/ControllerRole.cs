using System.Globalization;
using System.Text;
using LogStore.Replicator.Diagnostics;
using LogStore.Replicator.Metadata;
using LogStore.Replicator.Protocol;
using LogStore.Topics;
using Microsoft.Extensions.Logging;

namespace LogStore.Replicator.Cluster;

/// <summary>
/// Runs the controller on the broker that has its entry at the authority: a broker stands for it whenever there is none. All
/// that it writes is on the condition that the entry is still its own.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ControllerRole(
    int brokerId, IMetadataStore store, PartitionWriter writer, Func<MetadataLease> lease, TimeProvider time, ILogger logger,
    CancellationToken stopping)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly List<ControllerEffect> _effects = [];
    private ClusterController? _controller;
    private ClusterImage _image = ClusterImage.Empty;
    private long _version;
    private MetadataEntry? _entry;
    private bool _isStanding;

    public bool IsController
    {
        get
        {
            lock (_gate) return _controller is not null;
        }
    }

    /// <summary>The cluster has changed.</summary>
    /// <param name="builder">The cluster as it is now.</param>
    /// <param name="changes">What has changed.</param>
    public void OnChanges(ImageBuilder builder, ClusterChanges changes)
    {
        lock (_gate)
        {
            _image = builder.Image;
            _entry = builder.Find(ClusterKeys.Controller);
            if (_entry is null || _image.ControllerId != brokerId || _entry.Lease != lease())
            {
                _controller = null;
                if (_entry is null && !_isStanding)
                {
                    _isStanding = true;
                    _ = StandAsync();
                }

                return;
            }

            if (_controller is null || _version != _entry.Version) Begin(builder, _entry.Version);
            else Take(changes);
            Carry();
        }
    }

    /// <summary>Has preferred replicas lead again, if this broker is the controller.</summary>
    public void ElectPreferred(IReadOnlyCollection<PartitionId>? partitions = null)
    {
        lock (_gate)
        {
            if (_controller is null) return;
            _controller.ElectPreferred(partitions, _effects);
            Carry();
        }
    }

    /// <summary>Has any live replica lead where none that is in sync can, if this broker is the controller.</summary>
    public void ElectUnclean(IReadOnlyCollection<PartitionId> partitions)
    {
        lock (_gate)
        {
            if (_controller is null) return;
            _controller.ElectUnclean(partitions, _effects);
            Carry();
        }
    }

    /// <summary>
    /// Stands until the watch tells of a controller, whoever it is: a store that does not answer, or a lease that has run out, is
    /// not the end of it.
    /// </summary>
    private async Task StandAsync()
    {
        do
        {
            await TryStandAsync().ConfigureAwait(false);
            await Task.Delay(Pause, time, stopping).ConfigureAwait(false);
        }
        while (HasToStand());
    }

    private async Task TryStandAsync()
    {
        MetadataLease current = lease();
        if (current == MetadataLease.None) return; // The broker is not registered yet.
        try
        {
            byte[] value = Encoding.ASCII.GetBytes(brokerId.ToString(CultureInfo.InvariantCulture));
            await store.TransactAsync(
                new MetadataTransaction().If(ClusterKeys.Controller, 0).Put(ClusterKeys.Controller, value, current), stopping)
                .ConfigureAwait(false);
        }
        catch (MetadataStoreException)
        {
            // The next time.
        }
    }

    private bool HasToStand()
    {
        lock (_gate) return _isStanding = _entry is null;
    }

    private void Begin(ImageBuilder builder, long version)
    {
        _version = version;
        _controller = new ClusterController();
        ReplicaEvents.BecameController(logger, brokerId);
        foreach (BrokerRegistration broker in _image.Brokers.Values) _controller.OnBroker(broker.ToLiveBroker(), _effects);
        foreach (PartitionId partition in _image.Partitions.Keys) TakePartition(partition);
        foreach (MetadataEntry entry in builder.Under(ClusterKeys.Failed)) TakeFailed(entry.Key, hasFailed: true);
        _controller.OnReady(_effects);
    }

    private void Take(ClusterChanges changes)
    {
        foreach ((string key, MetadataEntry? entry) in changes.Entries)
        {
            if (ClusterKeys.TryParsePartition(key, out PartitionId partition))
            {
                TakePartition(partition);
            }
            else if (ClusterKeys.TryParseBroker(key, out int broker))
            {
                if (entry is null) _controller!.OnBrokerGone(broker, _effects);
                else _controller!.OnBroker(_image.Brokers[broker].ToLiveBroker(), _effects);
            }
            else if (key.StartsWith(ClusterKeys.Failed, StringComparison.Ordinal))
            {
                TakeFailed(key, entry is not null);
            }
            else if (entry is not null && key.StartsWith(ClusterKeys.Topics, StringComparison.Ordinal))
            {
                Topic topic = _image.Topics[key[ClusterKeys.Topics.Length..]];
                for (int index = 0; index < topic.PartitionCount; index++) TakePartition(new PartitionId(topic.Id, index));
            }
        }
    }

    private void TakePartition(PartitionId partition)
    {
        // One of a topic that is being made, or deleted, is nobody's to lead yet, or any more.
        if (!_image.Partitions.TryGetValue(partition, out PartitionState? state)) _controller!.OnPartitionGone(partition);
        else if (_image.TopicsById.TryGetValue(partition.Topic, out Topic? topic))
            _controller!.OnPartition(
                partition, state, topic.Config.MinInsyncReplicas, topic.Config.UncleanLeaderElection, _effects);
    }

    private void TakeFailed(string key, bool hasFailed)
    {
        if (ClusterKeys.TryParseFailed(key, out int broker, out PartitionId partition))
            _controller!.OnReplicaFailed(partition, broker, hasFailed, _effects);
    }

    private void Carry()
    {
        ClusterController controller = _controller!;
        foreach (ControllerEffect effect in _effects)
        {
            Tell(effect);
            writer.Write(effect.Partition, effect.State, _version, state => Decided(controller, effect, state));
        }

        _effects.Clear();
    }

    private void Decided(ClusterController controller, ControllerEffect effect, PartitionState? state)
    {
        lock (_gate)
        {
            if (_controller != controller) return;
            // Unchanged, it was refused because this broker is no longer the controller, as the watch is about to say.
            if (state?.Version == effect.State.Version) return;
            if (state is null) controller.OnPartitionGone(effect.Partition);
            else if (_image.TopicsById.TryGetValue(effect.Partition.Topic, out Topic? topic))
                controller.OnPartition(
                    effect.Partition, state, topic.Config.MinInsyncReplicas, topic.Config.UncleanLeaderElection, _effects);
            Carry();
        }
    }

    private void Tell(in ControllerEffect effect)
    {
        if (!_image.TopicsById.TryGetValue(effect.Partition.Topic, out Topic? topic)) return;
        string inSync = string.Join(',', effect.State.InSyncReplicas.Select(replica => replica.BrokerId));
        if (effect.State.Leader == PartitionState.NoLeader)
            ReplicaEvents.NoLeader(logger, topic.Name, effect.Partition.Index, inSync);
        else if (effect.State.LeaderEpoch != _image.FindPartition(topic.Id, effect.Partition.Index)?.LeaderEpoch)
            ReplicaEvents.Elected(
                logger, topic.Name, effect.Partition.Index, effect.State.Leader, effect.State.LeaderEpoch, inSync);
    }
}
