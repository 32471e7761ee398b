using LogStore.Simulation.Checkers;
using LogStore.Simulation.Cluster;
using LogStore.Simulation.Storage;

namespace LogStore.Simulation.Clients;

/// <summary>
/// A consumer: reads a partition from its first offset on, takes no answer of an older leader epoch than it has seen (KIP-320),
/// and remembers what it has read.
/// </summary>
internal sealed class SimulatedConsumer
{
    private readonly SimulatedCluster _cluster;
    private readonly World _world;
    private readonly PartitionTruth _truth;
    private readonly HashSet<long> _payloads = [];
    private int _broker;
    private int _epoch = -1;
    private long _highWatermark;

    public SimulatedConsumer(SimulatedCluster cluster, int partition)
    {
        _cluster = cluster;
        _world = cluster.World;
        Partition = partition;
        _truth = cluster.Truths[partition];
        _truth.Lost += OnLost;
        Work();
    }

    public int Partition { get; }

    /// <summary>The next offset that it wants.</summary>
    public long Position { get; private set; }

    private void Work()
    {
        if (_cluster.Brokers[_broker].Process is { IsStarted: true } process)
        {
            long position = Position;
            int most = 1 + _world.Random.Below(20);
            _cluster.Network.SendOutside(() => process.Run(() =>
            {
                if (process.Replica(Partition)?.Fetch(position, most) is { } answer)
                    _cluster.Network.SendOutside(() => OnAnswer(position, answer));
                else FindLeader();
            }));
        }
        else
        {
            FindLeader();
        }

        if (_world.Random.PerMille(50)) FindLeader();
        _world.After(_world.Random.Between(30 * World.Ms, 90 * World.Ms), Work);
    }

    private void OnAnswer(long position, FetchAnswer answer)
    {
        if (_truth.IsForsaken || answer.LeaderEpoch < _truth.ExcusedIn) return;
        _truth.ClientView.OnFetched(answer);
        if (answer.LeaderEpoch < _epoch)
        {
            FindLeader();
            return;
        }

        if (answer.LeaderEpoch > _epoch && answer.HighWatermark < _highWatermark) Fail($"the watermark goes back to {answer}");
        _epoch = answer.LeaderEpoch;
        _highWatermark = Math.Max(_highWatermark, answer.HighWatermark);
        if (position != Position) return;
        if (position < answer.LogStartOffset) Position = Skip(position, answer.LogStartOffset);
        foreach (SimulatedBatch batch in answer.Batches) Read(batch);
    }

    private long Skip(long from, long to) => to <= _truth.DeletedBelow
        ? to
        : throw new SimulationFailure("Consumer", $"the records [{from},{to}) of partition {Partition} are gone");

    private void Read(SimulatedBatch batch)
    {
        if (batch.NextOffset <= Position) return;
        if (batch.BaseOffset != Position) Fail($"reads {batch}");
        if (!_truth.IsCommitted(batch)) Fail($"reads {batch}, which is not what is committed");
        if (!_payloads.Add(batch.Payload)) Fail($"reads payload {batch.Payload} twice: {batch}");
        Position = batch.NextOffset;
    }

    /// <summary>What was committed is lost, with an excuse: what it has read of that, it forgets (KIP-320's truncation).</summary>
    private void OnLost(long from)
    {
        _highWatermark = Math.Min(_highWatermark, from);
        Position = Math.Min(Position, from);
        _payloads.Clear();
        foreach (SimulatedBatch batch in _truth.Committed)
        {
            if (batch.NextOffset <= Position) _payloads.Add(batch.Payload);
        }
    }

    private void FindLeader()
    {
        if (_world.Random.Pick(_cluster.Brokers).Process?.State(Partition) is { Leader: >= 0 } state) _broker = state.Leader;
    }

    private void Fail(string what) => throw new SimulationFailure(
        "Consumer", $"at {Position} of partition {Partition}, epoch {_epoch}, watermark {_highWatermark}: {what}");
}
