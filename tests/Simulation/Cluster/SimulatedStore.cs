using System.Collections.Immutable;
using LogStore.Replicator.Protocol;
using LogStore.Simulation.Checkers;
using LogStore.Simulation.Plans;

namespace LogStore.Simulation.Cluster;

/// <summary>
/// The metadata authority: linearizable, with versions, leases and watches. Requests and answers are delayed and lost, and a
/// request whose sender has long given up, or died, may still be carried out; watches are late, and in order.
/// </summary>
internal sealed class SimulatedStore
{
    private const long LeaseUs = 900 * World.Ms;

    private readonly World _world;
    private readonly SimulatedNetwork _network;
    private readonly PartitionTruth[] _truths;
    private readonly SortedDictionary<int, (LiveBroker Broker, long Until)> _brokers = [];
    private readonly PartitionState[] _partitions;
    private readonly (ReplicaOptions Options, bool AllowsUnclean)[] _options;
    private readonly SortedSet<(int Partition, int BrokerId)> _failed = [];
    private readonly SortedSet<int> _toCallOff = [];
    private readonly List<StoreEvent> _events = [];
    private readonly Dictionary<int, long> _epochs = [];
    private (int BrokerId, long Term, long Until) _controller = (-1, 0, 0);

    private long _lastBrokerEpoch;
    private long _outageUntil;

    public SimulatedStore(World world, SimulatedNetwork network, Plan plan, PartitionTruth[] truths)
    {
        _world = world;
        _network = network;
        _truths = truths;
        _partitions = new PartitionState[plan.Partitions.Length];
        _options = [.. plan.Partitions.Select(partition => (partition.Options, partition.AllowsUnclean))];
        for (int index = 0; index < _partitions.Length; index++)
        {
            // Nobody is told of it before it has begun.
            _partitions[index] = new PartitionState { Replicas = plan.Partitions[index].Replicas, InSyncReplicas = [] };
        }

        ExpireLater();
    }

    public int EventCount => _events.Count;

    public bool IsOut => _world.Now < _outageUntil;

    public PartitionState Partition(int index) => _partitions[index];

    public (ReplicaOptions Options, bool AllowsUnclean) Options(int index) => _options[index];

    public StoreEvent Event(int index) => _events[index];

    /// <summary>Whether an event is about a partition's state that has changed again by another one.</summary>
    /// <param name="index">The event.</param>
    /// <param name="until">The first event that does not count.</param>
    public bool IsOvertaken(int index, int until) =>
        _events[index] is StoreEvent.PartitionChanged(int partition, _) &&
        _events[(index + 1)..until].Exists(later => later is StoreEvent.PartitionChanged(int other, _) && other == partition);

    public bool IsAlive(int brokerId) => _brokers.ContainsKey(brokerId);

    /// <summary>Who controls; -1 for nobody.</summary>
    public int Controller => _controller.BrokerId;

    /// <summary>Sends a request, which is carried out some time, or never, and whose answer may get lost.</summary>
    public void Request<T>(BrokerProcess from, Func<T> apply, Action<T> answer)
    {
        if (_network.IsCutFromStore(from.BrokerId) || _world.Random.PerMille(_network.LossPerMille)) return;
        long delay = _world.Random.Between(200, 6000);
        if (_world.Random.PerMille(_network.LatePerMille)) delay += _world.Random.Between(0, 2000 * World.Ms);
        _world.After(delay, Arrive);

        void Arrive()
        {
            if (IsOut)
            {
                // It waits in a queue somewhere, or its connection breaks.
                if (_world.Random.PerMille(500)) _world.After(_outageUntil - _world.Now + _world.Random.Between(0, 5000), Arrive);
                return;
            }

            T result = apply();
            if (_network.IsCutFromStore(from.BrokerId) || _world.Random.PerMille(_network.LossPerMille)) return;
            _world.After(_world.Random.Between(200, 6000), () => from.Run(() => answer(result)));
        }
    }

    /// <summary>A broker's process begins a life: it is given a number.</summary>
    public LiveBroker Register(int brokerId, Func<long, LiveBroker> describe)
    {
        LiveBroker broker = describe(++_lastBrokerEpoch);
        _epochs[brokerId] = broker.Epoch;
        Enlist(broker);
        return broker;
    }

    /// <summary>A broker says that it lives, and how. False: there was a later life of it.</summary>
    public bool Renew(LiveBroker broker)
    {
        // Also when that life has ended: somebody may have been elected in it.
        if (_epochs.GetValueOrDefault(broker.BrokerId) > broker.Epoch) return false;
        if (_brokers.TryGetValue(broker.BrokerId, out (LiveBroker Broker, long Until) known))
        {
            if (known.Broker == broker)
            {
                _brokers[broker.BrokerId] = (broker, _world.Now + LeaseUs);
                return true;
            }
        }

        Enlist(broker);
        return true;
    }

    /// <summary>A broker leaves in order.</summary>
    public void Expire(int brokerId)
    {
        if (!_brokers.Remove(brokerId)) return;
        _world.Say($"store: broker {brokerId} is gone");
        _events.Add(new StoreEvent.BrokerGone(brokerId));
    }

    public void ExpireController() => _controller.Until = 0;

    /// <summary>Makes a broker the controller, or lets it stay. The term is 0 for one that is not.</summary>
    public long TryControl(int brokerId, long epoch)
    {
        if (!_brokers.TryGetValue(brokerId, out (LiveBroker Broker, long Until) known) || known.Broker.Epoch != epoch) return 0;
        bool isFree = _controller.Until <= _world.Now;
        if (!isFree && _controller.BrokerId != brokerId) return 0;
        if (isFree)
        {
            _controller = (brokerId, _controller.Term + 1, 0);
            _world.Say($"store: broker {brokerId} is the controller in term {_controller.Term}");
            _events.Add(new StoreEvent.ControllerChanged(brokerId, _controller.Term));
        }

        _controller.Until = _world.Now + LeaseUs;
        return _controller.Term;
    }

    /// <summary>A leader's change of the in-sync set. The answer is the state that there is then.</summary>
    public PartitionState Propose(int partition, PartitionState state)
    {
        if (_partitions[partition].Version == state.Version) Put(partition, state);
        return _partitions[partition];
    }

    /// <summary>A controller's change. The answer is the state that there is then.</summary>
    public PartitionState PutAsController(int partition, PartitionState state, long term)
    {
        if (_controller.Term == term && _controller.Until > _world.Now && _partitions[partition].Version == state.Version)
            Put(partition, state);
        return _partitions[partition];
    }

    public void SetFailed(int partition, int brokerId, bool hasFailed)
    {
        if (hasFailed ? !_failed.Add((partition, brokerId)) : !_failed.Remove((partition, brokerId))) return;
        _world.Say($"store: replica {brokerId} of {partition} has failed: {hasFailed}");
        _events.Add(new StoreEvent.ReplicaFailed(partition, brokerId, hasFailed));
    }

    public void Reassign(int partition, ImmutableArray<int> target)
    {
        _world.Say($"admin: partition {partition} is to be at [{string.Join(',', target)}]");
        Put(partition, _partitions[partition].Towards(target));
    }

    public void CallOff(int partition)
    {
        _world.Say($"admin: what is to become of partition {partition} is called off");
        Put(partition, _partitions[partition].WithoutReassignment());
    }

    /// <summary>Calls a reassignment off in the moment, if it comes, in which only replicas that it has added are in sync.</summary>
    public void CallOffAtWorst(int partition)
    {
        _toCallOff.Add(partition);
        CallOffIfWorst(partition);
    }

    public void ChangeOptions(int partition, ReplicaOptions options, bool allowsUnclean)
    {
        _world.Say($"admin: partition {partition} has {options} unclean {allowsUnclean}");
        _options[partition] = (options, allowsUnclean);
        _truths[partition].OnOptions(options, allowsUnclean);
        _events.Add(new StoreEvent.OptionsChanged(partition, options, allowsUnclean));
    }

    public void BeginOutage(long duration) => _outageUntil = Math.Max(_outageUntil, _world.Now + duration);

    public void EndOutage() => _outageUntil = 0;

    public StoreSnapshot Snapshot()
    {
        List<StoreEvent> events = [.. _brokers.Values.Select(each => new StoreEvent.BrokerChanged(each.Broker))];
        foreach ((int partition, int brokerId) in _failed) events.Add(new StoreEvent.ReplicaFailed(partition, brokerId, true));
        for (int index = 0; index < _partitions.Length; index++)
        {
            events.Add(new StoreEvent.OptionsChanged(index, _options[index].Options, _options[index].AllowsUnclean));
            if (_partitions[index].Version > 0) events.Add(new StoreEvent.PartitionChanged(index, _partitions[index]));
        }

        return new StoreSnapshot(events, _events.Count);
    }

    private void Enlist(LiveBroker broker)
    {
        _world.Say($"store: {broker}");
        _brokers[broker.BrokerId] = (broker, _world.Now + LeaseUs);
        _events.Add(new StoreEvent.BrokerChanged(broker));
        BeginPartitions();
    }

    /// <summary>
    /// As the creator of a topic writes it: every replica is empty, so that all are in sync, in the lives they have then.
    /// </summary>
    private void BeginPartitions()
    {
        for (int index = 0; index < _partitions.Length; index++)
        {
            PartitionState state = _partitions[index];
            if (!state.InSyncReplicas.IsEmpty || !state.Replicas.All(_brokers.ContainsKey)) continue;
            Put(index, state with
            {
                Leader = state.Replicas[0],
                InSyncReplicas = [.. state.Replicas.Select(each => new InSyncReplica(each, _brokers[each].Broker.Epoch))],
            });
        }
    }

    private void Put(int partition, PartitionState state)
    {
        PartitionState before = _partitions[partition];
        state = state with { Version = before.Version + 1 };
        _partitions[partition] = state;
        _world.Say($"store: partition {partition}: {state}");
        _world.Trace.Step(state.Version, state.LeaderEpoch);
        _truths[partition].OnState(before, state);
        CalmChecker.Check(partition, state);
        _events.Add(new StoreEvent.PartitionChanged(partition, state));
        CallOffIfWorst(partition);
    }

    private void CallOffIfWorst(int partition)
    {
        PartitionState state = _partitions[partition];
        if (state.Target.IsEmpty) _toCallOff.Remove(partition);
        bool isWorst = !state.InSyncReplicas.IsEmpty && state.InSyncReplicas.All(replica => state.Added.Contains(replica.BrokerId));
        if (isWorst && _toCallOff.Remove(partition)) CallOff(partition);
    }

    private void ExpireLater() => _world.After(50 * World.Ms, () =>
    {
        foreach ((int brokerId, (LiveBroker _, long until)) in _brokers.ToArray())
        {
            // A store that is out counts no time: its leases live on when it comes back.
            if (IsOut) _brokers[brokerId] = (_brokers[brokerId].Broker, until + (50 * World.Ms));
            else if (until < _world.Now) Expire(brokerId);
        }

        ExpireLater();
    });
}
