using LogStore.Replicator.Protocol;

namespace LogStore.Simulation.Cluster;

/// <summary>
/// A broker's part in controlling: it is a candidate always; while it holds the office, a <see cref="ClusterController"/>
/// decides, and its changes are put at the store on the condition that the term is still this one.
/// </summary>
internal sealed class ControllerCandidate(SimulatedCluster cluster, BrokerProcess process)
{
    private readonly List<ControllerEffect> _effects = [];
    private readonly List<(int Partition, long Version, int Ticks)> _writes = [];
    private ClusterController? _controller;
    private long _term;
    private bool _isLoading;

    public void OnTick()
    {
        cluster.Store.Request(process, () => cluster.Store.TryControl(process.BrokerId, process.Epoch), OnTerm);
        if (_isLoading) Load();
        if (_controller is not { } controller) return;
        for (int index = _writes.Count - 1; index >= 0; index--)
        {
            (int partition, long version, int ticks) = _writes[index];
            _writes[index] = (partition, version, ticks + 1);
            if (ticks == 0) continue;
            _writes.RemoveAt(index);
            Step(() => controller.OnWriteFailed(cluster.PartitionIds[partition], version, _effects));
        }
    }

    /// <summary>Takes an event of the watch; what the controller has begun with already is older, and left out.</summary>
    public void OnEvent(StoreEvent change, int index)
    {
        if (change is StoreEvent.ControllerChanged(int _, long term) && term > _term) Resign();
        if (_controller is { } && index >= _firstEvent) Step(() => Feed(_controller, change));
    }

    public void ElectPreferred()
    {
        if (_controller is { } controller) Step(() => controller.ElectPreferred(partitions: null, _effects));
    }

    private int _firstEvent;

    private void OnTerm(long term)
    {
        if (term == 0 || term < _term)
        {
            if (term == 0) Resign();
            return;
        }

        if (term == _term && (_controller is not null || _isLoading)) return;
        Resign();
        _term = term;
        _isLoading = true;
        Load();
    }

    private void Resign()
    {
        _controller = null;
        _isLoading = false;
        _writes.Clear();
    }

    private void Load()
    {
        long term = _term;
        cluster.Store.Request(process, cluster.Store.Snapshot, snapshot =>
        {
            if (!_isLoading || term != _term) return;
            _isLoading = false;
            ClusterController controller = new();
            _controller = controller;
            _firstEvent = Math.Max(snapshot.NextEvent, process.NextEvent);
            Step(() =>
            {
                foreach (StoreEvent each in snapshot.Events) Feed(controller, each);
                // The watch may have told more than the snapshot holds.
                for (int index = snapshot.NextEvent; index < process.NextEvent; index++)
                    Feed(controller, cluster.Store.Event(index));
                controller.OnReady(_effects);
            });
        });
    }

    private void Feed(ClusterController controller, StoreEvent change)
    {
        switch (change)
        {
            case StoreEvent.BrokerChanged(LiveBroker broker): controller.OnBroker(broker, _effects); break;
            case StoreEvent.BrokerGone(int brokerId): controller.OnBrokerGone(brokerId, _effects); break;
            case StoreEvent.PartitionChanged(int partition, PartitionState state):
                _states[partition] = state;
                FeedPartition(controller, partition);
                break;
            case StoreEvent.OptionsChanged(int partition, ReplicaOptions options, bool allowsUnclean):
                _options[partition] = (options.MinInsyncReplicas, allowsUnclean);
                FeedPartition(controller, partition);
                break;
            case StoreEvent.ReplicaFailed(int partition, int brokerId, bool hasFailed):
                controller.OnReplicaFailed(cluster.PartitionIds[partition], brokerId, hasFailed, _effects);
                break;
        }
    }

    private readonly PartitionState?[] _states = new PartitionState?[cluster.PartitionIds.Length];
    private readonly (int MinInsyncReplicas, bool AllowsUnclean)[] _options =
        new (int, bool)[cluster.PartitionIds.Length];

    private void FeedPartition(ClusterController controller, int partition)
    {
        (int minInsyncReplicas, bool allowsUnclean) = _options[partition];
        if (_states[partition] is { } state)
            controller.OnPartition(cluster.PartitionIds[partition], state, minInsyncReplicas, allowsUnclean, _effects);
    }

    /// <summary>Steps the controller, and sends what it wants put.</summary>
    private void Step(Action action)
    {
        action();
        ControllerEffect[] effects = [.. _effects];
        _effects.Clear();
        foreach (ControllerEffect effect in effects) Put(effect);
    }

    private void Put(ControllerEffect effect)
    {
        ClusterController controller = _controller!;
        int partition = effect.Partition.Index;
        long term = _term;
        _writes.Add((partition, effect.State.Version, 0));
        cluster.Store.Request(
            process, () => cluster.Store.PutAsController(partition, effect.State, term), answer =>
            {
                if (!ReferenceEquals(controller, _controller)) return;
                _writes.RemoveAll(each => each.Partition == partition && each.Version == effect.State.Version);
                Step(() =>
                {
                    if (answer.IsMade) Feed(controller, new StoreEvent.PartitionChanged(partition, answer.State));
                    else controller.OnWriteFailed(effect.Partition, effect.State.Version, _effects);
                });
            });
    }
}
