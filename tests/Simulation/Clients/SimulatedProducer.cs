using LogStore.Simulation.Cluster;
using LogStore.Simulation.Plans;

namespace LogStore.Simulation.Clients;

/// <summary>
/// An idempotent producer: at most five batches under way, each sent again until it is acknowledged. When the log has lost
/// what it had acknowledged, it gives up what is under way and goes on in a new producer epoch, as Kafka's does (KIP-360).
/// </summary>
internal sealed class SimulatedProducer
{
    private const int MostInFlight = 5;
    private const long TimeoutUs = 250 * World.Ms;

    private readonly SimulatedCluster _cluster;
    private readonly World _world;
    private readonly ProducerPlan _plan;
    private readonly long _producerId;
    private readonly List<InFlight> _inFlight = [];
    private readonly bool _isForgetful;
    private int _leader;
    private short _epoch;
    private int _sequence;
    private int _made;
    private int _refusals;

    public SimulatedProducer(SimulatedCluster cluster, ProducerPlan plan, long producerId)
    {
        _cluster = cluster;
        _world = cluster.World;
        _plan = plan;
        _producerId = producerId;
        _isForgetful = cluster.Plan.Faults.Any(fault => fault.Kind == FaultKind.DeleteRecords);
        _leader = plan.Partition % cluster.Brokers.Length;
        Work();
    }

    public bool IsDone => _made == _plan.Batches && _inFlight.Count == 0;

    public int Partition => _plan.Partition;

    public override string ToString() =>
        $"producer {_producerId} of partition {Partition}: {_made} of {_plan.Batches} made, {_inFlight.Count} under way";

    private void Work()
    {
        if (_made < _plan.Batches && _inFlight.Count < MostInFlight)
        {
            int records = 1 + _world.Random.Below(3);
            _inFlight.Add(new InFlight(
                new ProducedContent(_producerId, _epoch, _sequence, records, (_producerId << 32) | (uint)_made)));
            _made++;
            _sequence += records;
        }

        foreach (InFlight each in _inFlight.ToArray())
        {
            if (each.SentAt is { } sentAt && _world.Now - sentAt < TimeoutUs) continue;
            Send(each);
        }

        if (IsDone) return;
        long interval = _made < _plan.Batches ? _plan.IntervalMs : 100;
        _world.After(_world.Random.Between(interval * 500, interval * 1500), Work);
    }

    private void Send(InFlight batch)
    {
        // One that was sent before, and not heard of: somebody else may lead by now.
        if (batch.SentAt is not null) FindLeader();
        batch.SentAt = _world.Now;
        bool isFirst = ReferenceEquals(_inFlight[0], batch);
        int target = _leader;
        _cluster.Network.SendOutside(() =>
        {
            // A log that has deleted all of a producer's batches takes its first one again (KIP-360 lives with that, too).
            if (_isForgetful && !_inFlight.Contains(batch)) return;
            if (_cluster.Brokers[target].Process is not { IsStarted: true } process) return;
            process.Run(() =>
            {
                if (process.Replica(Partition) is not { } replica) Answer(ProduceStatus.NotLeader);
                else replica.Produce(batch.Content, _plan.WaitsForAll, Answer);
            });
        });

        void Answer(ProduceStatus status) => _cluster.Network.SendOutside(() => OnAnswer(batch, status, isFirst));
    }

    private void OnAnswer(InFlight batch, ProduceStatus status, bool wasFirst)
    {
        if (!_inFlight.Contains(batch)) return;
        switch (status)
        {
            case ProduceStatus.Done:
                _refusals = 0;
                _inFlight.Remove(batch);
                break;
            case ProduceStatus.OutOfOrder or ProduceStatus.Fenced when wasFirst && ++_refusals >= 3:
                BeginEpoch();
                break;
            default:
                // At once it would only be refused again.
                batch.SentAt = _world.Now - TimeoutUs + _world.Random.Between(5 * World.Ms, 60 * World.Ms);
                break;
        }
    }

    /// <summary>Nothing more will come of what is under way: it may have been written, or not.</summary>
    private void BeginEpoch()
    {
        _world.Say($"producer {_producerId}: begins epoch {_epoch + 1}");
        _inFlight.Clear();
        _epoch++;
        _sequence = 0;
        _refusals = 0;
    }

    /// <summary>Asks any broker who leads; it may not know, or be behind.</summary>
    private void FindLeader()
    {
        if (_world.Random.Pick(_cluster.Brokers).Process?.State(Partition) is { Leader: >= 0 } state) _leader = state.Leader;
    }

    private sealed class InFlight(ProducedContent content)
    {
        public ProducedContent Content { get; } = content;

        public long? SentAt { get; set; }
    }
}
