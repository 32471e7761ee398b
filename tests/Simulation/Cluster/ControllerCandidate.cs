using LogStore.Replicator.Protocol;

namespace LogStore.Simulation.Cluster;

/// <summary>
/// A broker's part in controlling: it is a candidate always; while it holds the office, a <see cref="ClusterController"/>
/// decides, and its changes are put at the store on the condition that the term is still this one.
/// </summary>
internal sealed class ControllerCandidate(SimulatedCluster cluster, BrokerProcess process)
{
    private readonly List<ControllerEffect> _effects = [];
    private readonly List<ControllerEffect> _writes = [];
    private ClusterController? _controller;
    private long _term;
    private bool _isLoading;

    public void OnTick()
    {
        cluster.Store.Request(process, () => cluster.Store.TryControl(process.BrokerId, process.Epoch), OnTerm);
        if (_isLoading) Load();
        foreach (ControllerEffect effect in _writes) Ask(effect);
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
        foreach (ControllerEffect effect in effects)
        {
            _writes.Add(effect);
            Ask(effect);
        }
    }

    /// <summary>Asks for a change; again at each tick, as long as there is no answer.</summary>
    private void Ask(ControllerEffect effect)
    {
        ClusterController controller = _controller!;
        int partition = effect.Partition.Index;
        long term = _term;
        cluster.Store.Request(
            process, () => cluster.Store.PutAsController(partition, effect.State, term), answer =>
            {
                if (!ReferenceEquals(controller, _controller) || !_writes.Remove(effect)) return;
                // Unchanged, it was refused because this broker is no longer the controller, as it is about to hear.
                if (answer.Version != effect.State.Version)
                    Step(() => Feed(controller, new StoreEvent.PartitionChanged(partition, answer)));
            });
    }
}
