using LogStore.Producers;
using LogStore.Records;
using LogStore.Replicator.Protocol;
using LogStore.Simulation.Checkers;
using LogStore.Simulation.Clients;
using LogStore.Simulation.Storage;

namespace LogStore.Simulation.Cluster;

/// <summary>A replica in a broker's process: steps the protocol, carries out what it wants, and serves clients.</summary>
internal sealed class HostedReplica
{
    private readonly SimulatedCluster _cluster;
    private readonly World _world;
    private readonly BrokerProcess _process;
    private readonly int _partition;
    private readonly SimulatedLog _log;
    private readonly PartitionTruth _truth;
    private readonly Queue<Action> _reports = new();
    private readonly SortedSet<int> _pumps = [];
    private readonly List<PendingAcknowledgement> _pending = [];
    private LeaderReplica? _leader;
    private long _highWatermark;
    private (PartitionState State, LeaderReplica Leader)? _proposal;
    private int _ticks;
    private int _depth;
    private bool _isDrainPlanned;
    private bool _isFlushPlanned;
    private bool _isStopped;

    public HostedReplica(
        SimulatedCluster cluster, BrokerProcess process, int partition, LiveBroker self, ReplicaOptions options)
    {
        _cluster = cluster;
        _world = cluster.World;
        _process = process;
        _partition = partition;
        _log = process.Log(partition);
        _truth = cluster.Truths[partition];
        Replica = new PartitionReplica(cluster.PartitionIds[partition], self, _log, options);
        _highWatermark = Replica.HighWatermark;
    }

    public PartitionReplica Replica { get; }

    public SimulatedLog Log => _log;

    /// <summary>Whether the disk has refused an append, and no room was found since.</summary>
    public bool IsFull { get; private set; }

    private SimulatedBroker Broker => _process.Broker;

    public void Stop()
    {
        _isStopped = true;
        Answer(ProduceStatus.NotLeader, static _ => true);
    }

    /// <summary>Steps the protocol. What is reported meanwhile comes after all effects of the step.</summary>
    public void Step(Action<List<ReplicaEffect>> step, IReadOnlyList<SimulatedBatch>? records = null)
    {
        if (_isStopped) return;
        List<ReplicaEffect> effects = [];
        step(effects);
        _depth++;
        foreach (ReplicaEffect effect in effects) Carry(effect, records);
        Observe();
        if (--_depth > 0) return;
        while (_reports.TryDequeue(out Action? report) && !_isStopped) report();
    }

    public void OnMessage(int from, ReplicaMessage message, IReadOnlyList<SimulatedBatch>? records)
    {
        Step(effects => Replica.OnMessage(from, message, records is not null, Broker.ClockMs, effects), records);
        if (_isDrainPlanned) return;
        _isDrainPlanned = true;
        After(_world.Random.Between(0, 400), () =>
        {
            _isDrainPlanned = false;
            Step(Replica.OnDrained);
        });
    }

    public void OnTick(long now)
    {
        Step(effects => Replica.OnTick(now, effects));
        if (_ticks++ % 3 == 2) Ask();
        if (_ticks % 10 == 0 && IsFull && !Broker.IsDiskFull)
        {
            IsFull = false;
            _process.ReportFailures();
        }

        if (!_isStopped && _log.IsDamaged && _world.Random.PerMille(10)) _process.Fail(_partition); // A scrub.
    }

    /// <summary>
    /// A producer's batch. It takes its time until it has its place, which the log refuses if the epoch is another by then, and
    /// again until it is written, whatever the epoch is then.
    /// </summary>
    public void Produce(ProducedContent content, bool waitsForAll, Action<ProduceStatus> answer)
    {
        if (Replica.Leader is not { IsDeposed: false } leader) answer(ProduceStatus.NotLeader);
        else if (waitsForAll && !leader.HasEnoughReplicas) answer(ProduceStatus.NotEnoughReplicas);
        else Append(content, leader, waitsForAll, answer);
    }

    /// <summary>What a consumer may see from an offset on; null when this replica cannot tell.</summary>
    public FetchAnswer? Fetch(long offset, int most)
    {
        if (Replica.Leader is not { IsReadable: true } leader) return null;
        List<SimulatedBatch> batches = [];
        for (int index = _log.IndexOf(offset); index < _log.Batches.Count && batches.Count < most; index++)
        {
            SimulatedBatch batch = _log.Batches[index];
            if (batch.NextOffset > leader.HighWatermark) break;
            if (!_log.IsGood(batch))
            {
                _process.Fail(_partition);
                return null;
            }

            batches.Add(batch);
        }

        return new FetchAnswer(leader.LeaderEpoch, leader.HighWatermark, _log.LogStartOffset, batches);
    }

    /// <summary>Deletes old records, as retention or a user wants it: at the leader, and only what is committed.</summary>
    public void DeleteRecords(long before)
    {
        if (Replica.Leader is not { IsDeposed: false } leader) return;
        int index = _log.IndexOf(Math.Min(before, leader.HighWatermark));
        if (index == 0) return;
        long offset = _log.Batches[index - 1].NextOffset;
        if (offset > Math.Min(before, leader.HighWatermark)) return;
        _world.Say($"broker {_process.BrokerId}: deletes the records of partition {_partition} below {offset}");
        _truth.OnDeleted(offset);
        _log.AdvanceLogStart(offset);
    }

    private void Append(ProducedContent content, LeaderReplica leader, bool waitsForAll, Action<ProduceStatus> answer)
    {
        if (_world.Random.PerMille(700))
        {
            Stage(content, leader, waitsForAll, answer);
            Write();
            return;
        }

        long delay = _world.Random.Between(0, 8000);
        if (_world.Random.PerMille(500))
        {
            Stage(content, leader, waitsForAll, answer);
            After(delay, Write);
            return;
        }

        After(delay, () =>
        {
            Stage(content, leader, waitsForAll, answer);
            Write();
        });
    }

    private void Stage(ProducedContent content, LeaderReplica leader, bool waitsForAll, Action<ProduceStatus> answer)
    {
        if (_log.AppendEpoch != leader.LeaderEpoch)
        {
            answer(ProduceStatus.NotLeader);
            return;
        }

        RecordBatchHeader header = content.HeaderAt(_log.NextOffset, leader.LeaderEpoch);
        SequenceCheck check = _log.Producers.Check(header, out ProducedBatch known);
        long lastOffset = check == SequenceCheck.Duplicate ? known.LastOffset : header.LastOffset;
        if (check is not (SequenceCheck.Next or SequenceCheck.Duplicate))
        {
            answer(check == SequenceCheck.Fenced ? ProduceStatus.Fenced : ProduceStatus.OutOfOrder);
            return;
        }

        if (check == SequenceCheck.Next)
        {
            SimulatedBatch batch = new() { Header = header, Payload = content.Payload, Previous = _log.NextTail };
            _world.Say($"broker {_process.BrokerId}: partition {_partition} takes {batch}");
            _log.Stage(batch);
            _world.Trace.Step(batch.BaseOffset, batch.Payload);
        }

        _pending.Add(new PendingAcknowledgement(leader, lastOffset, content, waitsForAll, answer));
    }

    /// <summary>Writes what has its place; a full disk takes nothing of it.</summary>
    private void Write()
    {
        if (_log.IsWriting && Broker.IsDiskFull)
        {
            OnDiskFull();
            _log.DropStaged();
            Answer(ProduceStatus.DiskFull, pending => pending.LastOffset >= _log.LogEndOffset);
        }
        else if (_log.IsWriting)
        {
            _log.WriteStaged();
            if (_process.Options(_partition).Options.CommitsFlushed) PlanFlush();
        }

        Step(Replica.OnLogAdvanced);
    }

    private void Carry(in ReplicaEffect effect, IReadOnlyList<SimulatedBatch>? records)
    {
        switch (effect.Kind)
        {
            case ReplicaEffectKind.Send: _cluster.Send(_process, effect.Peer, effect.Message, null); break;
            case ReplicaEffectKind.SendRecords: Pump(effect.Peer); break;
            case ReplicaEffectKind.Append: BeginAppend(records!); break;
            case ReplicaEffectKind.Settle: Settle(); break;
            case ReplicaEffectKind.Truncate: BeginCut(effect.Offset, _log.Truncate); _cluster.Figures.Truncations++; break;
            case ReplicaEffectKind.Reset: BeginCut(effect.Offset, _log.Reset); _cluster.Figures.Resets++; break;
            case ReplicaEffectKind.AdvanceLogStart: _log.AdvanceLogStart(effect.Offset); break;
            case ReplicaEffectKind.BeginEpoch: _log.BeginEpoch((int)effect.Offset); break;
            case ReplicaEffectKind.Flush: PlanFlush(); break;
            case ReplicaEffectKind.Propose:
                _proposal = (effect.State!, Replica.Leader!);
                Ask();
                break;
        }
    }

    private void BeginAppend(IReadOnlyList<SimulatedBatch> records)
    {
        long delay = DiskDelay(_cluster.Plan.DiskUs);
        if (delay == 0) _reports.Enqueue(Finish);
        else After(delay, Finish);

        void Finish()
        {
            if (Broker.IsDiskFull)
            {
                OnDiskFull();
                Step(effects => Replica.OnAppendFailed(Broker.ClockMs, effects));
                return;
            }

            // The real log waits for what is being written, and then finds that these do not follow.
            bool isMoved = _log.IsWriting;
            _log.WriteStaged();
            if (isMoved && records[0].BaseOffset != _log.LogEndOffset)
            {
                Step(effects => Replica.OnAppendFailed(Broker.ClockMs, effects));
                return;
            }

            foreach (SimulatedBatch batch in records)
            {
                LogMatchingChecker.Check(_process.BrokerId, _partition, _log, batch);
                _log.Append(batch);
            }

            Step(effects => Replica.OnAppended(Broker.ClockMs, effects));
        }
    }

    /// <summary>Waits for what is being written.</summary>
    private void Settle()
    {
        if (_log.IsWriting) After(_world.Random.Between(1, 8000), Finish);
        else _reports.Enqueue(Finish);

        void Finish()
        {
            Write();
            Step(effects => Replica.OnLogAtRest(Broker.ClockMs, effects));
        }
    }

    private void BeginCut(long offset, Action<long> cut) => After(Math.Max(1, DiskDelay(5000)), () =>
    {
        if (!_world.Random.PerMille(30) || _cluster.Network.IsHealed)
        {
            _world.Say($"broker {_process.BrokerId}: partition {_partition} is cut to {offset}, from {_log.LogEndOffset}");
            _log.WriteStaged();
            cut(offset);
            _truth.CheckMembers();
        }

        Step(effects => Replica.OnLogAtRest(Broker.ClockMs, effects));
    });

    private void OnDiskFull()
    {
        if (IsFull) return;
        IsFull = true;
        _process.ReportFailures();
    }

    private void PlanFlush()
    {
        if (_isFlushPlanned) return;
        _isFlushPlanned = true;
        // Now and then a device hangs.
        int chance = _world.Random.Below(1000);
        long longest = chance < 5 && !_cluster.Network.IsHealed ? 5000 : 400;
        long stall = chance < 50 ? _world.Random.Between(0, longest * World.Ms) : 0;
        After(_world.Random.Between(200, 5000) + DiskDelay(20_000) + stall, () =>
        {
            _isFlushPlanned = false;
            _log.Flush();
            Step(Replica.OnLogAdvanced);
        });
    }

    private long DiskDelay(int most)
    {
        if (Broker.DiskSlowUntil > _world.Now) return _world.Random.Between(1, Math.Max(300_000, 3 * most));
        return _world.Random.PerMille(700) ? 0 : _world.Random.Between(1, most);
    }

    /// <summary>Sends records to a follower, some batches at a time, as long as there are any.</summary>
    private void Pump(int peer)
    {
        if (_pumps.Add(peer)) SendNext(peer);
    }

    private void SendNext(int peer)
    {
        if (Replica.Leader is not { } leader || !leader.TryDescribeAppend(peer, out ReplicaMessage message))
        {
            _pumps.Remove(peer);
            return;
        }

        if (message.StartOffset < _log.LogStartOffset)
        {
            _pumps.Remove(peer);
            Step(effects => leader.OnRecordsGone(peer, effects));
            return;
        }

        if (!SimulatedCluster.HasRoom(_process, peer))
        {
            After(_world.Random.Between(100, 3000), () => SendNext(peer));
            return;
        }

        int first = _log.IndexOf(message.StartOffset);
        int count = (int)Math.Min(_world.Random.Between(1, 8), _log.Batches.Count - first);
        List<SimulatedBatch> records = _log.Batches.GetRange(first, count);
        if (records.Exists(batch => !_log.IsGood(batch)))
        {
            _process.Fail(_partition);
            return;
        }

        message = message with { EndOffset = records[^1].NextOffset };
        if (_world.Random.PerMille(800)) Finish();
        else After(_world.Random.Between(1, 10_000), Finish);

        void Finish()
        {
            _cluster.Send(_process, peer, message, records);
            leader.OnSent(peer, message);
            After(_world.Random.Between(20, 500 + (_cluster.Plan.DelayUs / 2)), () => SendNext(peer));
        }
    }

    /// <summary>Asks the store for an in-sync set, until there is an answer or the state is known to be another.</summary>
    private void Ask()
    {
        if (_proposal is not (PartitionState proposed, LeaderReplica leader)) return;
        if (_isStopped || !ReferenceEquals(Replica.Leader, leader) || Replica.State!.Version > proposed.Version)
        {
            _proposal = null;
            return;
        }

        _cluster.Store.Request(
            _process, () => _cluster.Store.Propose(_partition, proposed), state => _process.OnState(_partition, state));
    }

    /// <summary>Looks at the replica after a step: tells the checkers and the producers that wait.</summary>
    private void Observe()
    {
        if (!ReferenceEquals(_leader, Replica.Leader))
        {
            _leader = Replica.Leader;
            Answer(ProduceStatus.NotLeader, static _ => true);
            if (_leader is not null) _truth.OnLeader(_process, _leader, _log);
        }

        long highWatermark = Math.Max(Replica.HighWatermark, _leader?.HighWatermark ?? 0);
        if (highWatermark > _highWatermark)
        {
            int epoch = _leader?.LeaderEpoch ?? Replica.Follower!.LeaderEpoch;
            _truth.OnHighWatermark(_process.BrokerId, highWatermark, _log, epoch, _leader is not null);
        }

        _highWatermark = highWatermark;
        for (int index = 0; index < _pending.Count; index++)
        {
            PendingAcknowledgement pending = _pending[index];
            if (!ReferenceEquals(pending.Leader, _leader)) continue;
            if ((pending.WaitsForAll ? _leader!.HighWatermark : _log.LogEndOffset) <= pending.LastOffset) continue;
            _pending.RemoveAt(index--);
            if (pending.WaitsForAll) _truth.OnAcknowledged(pending.Content, pending.LastOffset, _leader!.LeaderEpoch);
            pending.Answer(ProduceStatus.Done);
        }
    }

    private void Answer(ProduceStatus status, Predicate<PendingAcknowledgement> isMeant)
    {
        foreach (PendingAcknowledgement pending in _pending.FindAll(isMeant)) pending.Answer(status);
        _pending.RemoveAll(isMeant);
    }

    private void After(long delay, Action action) => _process.After(delay, () =>
    {
        if (!_isStopped) action();
    });

    private sealed record PendingAcknowledgement(
        LeaderReplica Leader, long LastOffset, ProducedContent Content, bool WaitsForAll, Action<ProduceStatus> Answer);
}
