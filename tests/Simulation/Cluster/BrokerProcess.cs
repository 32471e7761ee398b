using LogStore.Replicator.Protocol;
using LogStore.Simulation.Rdma;
using LogStore.Simulation.Storage;

namespace LogStore.Simulation.Cluster;

/// <summary>
/// One life of a broker: registers, watches the metadata store, and steps its replicas as the runtime does. What was planned
/// for it is forgotten when it dies, and waits while it is paused.
/// </summary>
internal sealed class BrokerProcess
{
    private readonly SimulatedCluster _cluster;
    private readonly World _world;
    private readonly SimulatedBroker _broker;
    private readonly HostedReplica?[] _replicas;
    private readonly PartitionState?[] _states;
    private readonly (ReplicaOptions Options, bool AllowsUnclean)[] _options;
    private readonly SortedDictionary<int, LiveBroker> _brokers = [];
    private readonly SortedSet<int> _failedHere = [];
    private readonly SortedSet<(int Partition, int BrokerId)> _failed = [];
    private readonly SortedDictionary<int, RdmaEnd?> _links = [];
    private readonly List<RdmaEnd> _ends = [];
    private readonly ControllerCandidate _controller;
    private readonly Queue<Action> _waiting = new();
    private LiveBroker? _self;
    private int _nextEvent;
    private int _ticks;
    private bool _isDead;

    public BrokerProcess(SimulatedCluster cluster, SimulatedBroker broker)
    {
        _cluster = cluster;
        _world = cluster.World;
        _broker = broker;
        _replicas = new HostedReplica?[cluster.PartitionIds.Length];
        _states = new PartitionState?[_replicas.Length];
        _options = new (ReplicaOptions, bool)[_replicas.Length];
        _controller = new ControllerCandidate(cluster, this);
        _world.Say($"broker {BrokerId}: starts");
        Register();
    }

    public int BrokerId => _broker.BrokerId;

    public SimulatedBroker Broker => _broker;

    /// <summary>Whether it knows the metadata, and takes part.</summary>
    public bool IsStarted { get; private set; }

    public bool IsDead => _isDead;

    public bool IsStopping { get; set; }

    public long Epoch => _self!.Epoch;

    public int NextEvent => _nextEvent;

    public IReadOnlyCollection<int> Links => _links.Keys;

    public HostedReplica? Replica(int partition) => _replicas[partition];

    public PartitionState? State(int partition) => _states[partition];

    public (ReplicaOptions Options, bool AllowsUnclean) Options(int partition) => _options[partition];

    public SimulatedLog Log(int partition) => _broker.Disk.Logs[partition];

    public void Kill()
    {
        _isDead = true;
        foreach (HostedReplica? replica in _replicas) replica?.Stop();
        foreach (RdmaEnd end in _ends) end.Dispose(); // The kernel sees to that.
    }

    /// <summary>Has the end of a link over RDMA go when the process does.</summary>
    public void Attach(RdmaEnd end) => _ends.Add(end);

    /// <summary>The process's end of the link to a peer, where that is one over RDMA.</summary>
    public RdmaEnd? EndTo(int peer) => _links.GetValueOrDefault(peer);

    /// <summary>Does something in the process, when it is not paused, unless it has died.</summary>
    public void Run(Action action)
    {
        if (_isDead) return;
        if (_broker.PausedUntil <= _world.Now && _waiting.Count == 0)
        {
            action();
            return;
        }

        _waiting.Enqueue(action);
        if (_waiting.Count == 1) Resume();
    }

    /// <summary>Does something in the process after a while.</summary>
    public void After(long delay, Action action) => _world.After(delay, () => Run(action));

    public void OnLinkUp(int peer, RdmaEnd? end)
    {
        _world.Say($"broker {BrokerId}: has a link to {peer}{(end is null ? "" : " over RDMA")}");
        _links.Add(peer, end);
        foreach (HostedReplica? replica in _replicas)
            replica?.Step(effects => replica.Replica.OnLinkUp(peer, _broker.ClockMs, effects));
        end?.Open();
    }

    public void OnLinkDown(int peer)
    {
        if (!_links.Remove(peer, out RdmaEnd? end)) return;
        if (end is not null)
        {
            end.Dispose();
            _ends.Remove(end);
        }

        _world.Say($"broker {BrokerId}: has no link to {peer} any more");
        foreach (HostedReplica? replica in _replicas) replica?.Step(_ => replica.Replica.OnLinkDown(peer));
    }

    /// <summary>A replica cannot go on, as its disk has failed it.</summary>
    public void Fail(int partition)
    {
        _world.Say($"broker {BrokerId}: the log of partition {partition} is damaged");
        _replicas[partition]?.Stop();
        _replicas[partition] = null;
        _failedHere.Add(partition);
        ReportFailures();
    }

    /// <summary>Does what has waited, in order, once the pause is over.</summary>
    private void Resume()
    {
        if (_broker.PausedUntil > _world.Now)
        {
            _world.After(_broker.PausedUntil - _world.Now, Resume);
            return;
        }

        while (!_isDead && _waiting.TryPeek(out Action? action))
        {
            action();
            _waiting.Dequeue();
        }
    }

    private void Register()
    {
        if (IsStarted) return;
        if (_self is null)
            _cluster.Store.Request(this, () => _cluster.Store.Register(BrokerId, Describe), OnRegistered);
        else
            _cluster.Store.Request(this, _cluster.Store.Snapshot, OnSnapshot);
        After(_world.Random.Between(150, 300) * World.Ms, Register);
    }

    private LiveBroker Describe(long epoch)
    {
        (long intactSince, long createdIn) = _broker.Disk.DescribeIn(epoch);
        return new LiveBroker(BrokerId, epoch, intactSince, createdIn);
    }

    private void OnRegistered(LiveBroker self)
    {
        if (_self is not null) return;
        _self = self;
        _broker.Disk.BeginLife(self.Epoch);
        _cluster.Store.Request(this, _cluster.Store.Snapshot, OnSnapshot);
    }

    private void OnSnapshot(StoreSnapshot snapshot)
    {
        if (IsStarted) return;
        IsStarted = true;
        _nextEvent = snapshot.NextEvent;
        foreach (StoreEvent each in snapshot.Events) OnEvent(each, -1);
        Watch();
        Tick();
    }

    /// <summary>
    /// Takes what the store's watch has to tell: late, in order, some at a time. Of changes of the same thing that come at a
    /// time only the last is told.
    /// </summary>
    private void Watch()
    {
        if (!_cluster.Store.IsOut && !_cluster.Network.IsCutFromStore(BrokerId))
        {
            int until = Math.Min(_cluster.Store.EventCount, _nextEvent + 1 + _world.Random.Below(4));
            while (_nextEvent < until && !_isDead)
            {
                int index = _nextEvent++;
                if (!_cluster.Store.IsOvertaken(index, until)) OnEvent(_cluster.Store.Event(index), index);
            }
        }

        bool isLate = _world.Random.PerMille(_cluster.Network.LatePerMille);
        After(_world.Random.Between(2, isLate ? 800 : 30) * World.Ms, Watch);
    }

    private void OnEvent(StoreEvent change, int index)
    {
        _controller.OnEvent(change, index);
        switch (change)
        {
            case StoreEvent.BrokerChanged(LiveBroker broker):
                _brokers[broker.BrokerId] = broker;
                foreach (HostedReplica? replica in _replicas)
                    replica?.Step(effects => replica.Replica.OnBroker(broker, _broker.ClockMs, effects));
                break;
            case StoreEvent.BrokerGone(int brokerId):
                _brokers.Remove(brokerId);
                foreach (HostedReplica? replica in _replicas) replica?.Step(_ => replica.Replica.OnBrokerGone(brokerId));
                break;
            case StoreEvent.PartitionChanged(int partition, PartitionState state):
                OnState(partition, state);
                break;
            case StoreEvent.OptionsChanged(int partition, ReplicaOptions options, bool allowsUnclean):
                _options[partition] = (options, allowsUnclean);
                if (_replicas[partition] is { } changed)
                    changed.Step(effects => changed.Replica.OnOptions(options, effects));
                break;
            case StoreEvent.ReplicaFailed(int partition, int brokerId, bool hasFailed):
                if (hasFailed) _failed.Add((partition, brokerId));
                else _failed.Remove((partition, brokerId));
                if (_replicas[partition] is { } told)
                    told.Step(effects => told.Replica.OnReplicaFailed(brokerId, hasFailed, _broker.ClockMs, effects));
                break;
        }
    }

    /// <summary>A partition's state is known: from the watch, or as an answer.</summary>
    public void OnState(int partition, PartitionState state)
    {
        if (_states[partition] is { } known && state.Version <= known.Version) return;
        _states[partition] = state;
        if (!state.Replicas.Contains(BrokerId))
        {
            _replicas[partition]?.Stop();
            _replicas[partition] = null;
            if (_failedHere.Contains(partition)) return;
            SimulatedDisk.Delete(Log(partition));
            return;
        }

        if (_failedHere.Contains(partition)) return;
        if (_replicas[partition] is null)
        {
            // Recovery reads the log.
            if (Log(partition).IsDamaged) Fail(partition);
            else Host(partition);
        }

        if (_replicas[partition] is { } replica)
            replica.Step(effects => replica.Replica.OnState(state, _broker.ClockMs, effects));
    }

    private void Host(int partition)
    {
        HostedReplica replica = new(_cluster, this, partition, _self!, _options[partition].Options);
        _replicas[partition] = replica;
        foreach (LiveBroker broker in _brokers.Values)
            replica.Step(effects => replica.Replica.OnBroker(broker, _broker.ClockMs, effects));
        foreach ((int failed, int brokerId) in _failed)
        {
            if (failed != partition) continue;
            replica.Step(effects => replica.Replica.OnReplicaFailed(brokerId, hasFailed: true, _broker.ClockMs, effects));
        }

        foreach (int peer in _links.Keys) replica.Step(effects => replica.Replica.OnLinkUp(peer, _broker.ClockMs, effects));
    }

    private void Tick()
    {
        foreach (HostedReplica? replica in _replicas) replica?.OnTick(_broker.ClockMs);
        if (_ticks++ % 3 == 0)
        {
            LiveBroker self = _self! with { IsStopping = IsStopping };
            _cluster.Store.Request(this, () => _cluster.Store.Renew(self), OnRenewed);
            _controller.OnTick();
            ReportFailures();
            foreach (SimulatedLog log in _broker.Disk.Logs)
            {
                // The operating system writes back now and then; when all shall come right, it must not be of help.
                if (!_cluster.Network.IsHealed && _world.Random.PerMille(150)) log.Flush();
            }
        }

        After(_broker.InWorldTime(_world.Random.Between(95, 105) * World.Ms), Tick);
    }

    private void OnRenewed(bool isLatest)
    {
        // A request of an earlier life has come late, and was given a later number. Only a new life gets a newer one.
        if (!isLatest) _broker.Crash(50 * World.Ms);
    }

    /// <summary>Tells the store which replicas cannot serve, and which can again.</summary>
    public void ReportFailures()
    {
        for (int index = 0; index < _replicas.Length; index++)
        {
            int partition = index;
            bool hasFailed = _failedHere.Contains(partition) || _replicas[partition] is { IsFull: true };
            if (hasFailed == _failed.Contains((partition, BrokerId))) continue;
            _cluster.Store.Request(
                this, () => SetFailed(partition, hasFailed), static _ => { });
        }
    }

    private bool SetFailed(int partition, bool hasFailed)
    {
        // A report of an earlier life that comes late says nothing about this one.
        if (!_isDead) _cluster.Store.SetFailed(partition, BrokerId, hasFailed);
        return true;
    }

    public void ElectPreferred() => _controller.ElectPreferred();
}
