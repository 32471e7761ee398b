using System.Collections.Immutable;
using LogStore.Replicator.Protocol;
using Xunit;

namespace LogStore.Replicator.Tests.Protocol;

/// <summary>A follower speaks for what it has agreed on with its leader, and for nothing else that its log may hold.</summary>
public sealed class FollowerReplicaTests
{
    private const int Self = 1;
    private const int Other = 2;

    private readonly FakeLog _log = new() { LogEndOffset = 100, FlushedOffset = 100, LatestEpoch = 5 };
    private readonly List<ReplicaEffect> _effects = [];
    private readonly PartitionReplica _replica;

    public FollowerReplicaTests()
    {
        _replica = new PartitionReplica(
            new PartitionId(Guid.NewGuid(), 0), new LiveBroker(Self, Epoch: 1, IntactSince: 0, CreatedIn: 0), _log, new ReplicaOptions());
        _replica.OnLinkUp(Other, now: 0, _effects);
    }

    [Fact]
    public void ADeposedLeaderAsksOnlyOnceItsLastWritesHaveEnded()
    {
        OnState(epoch: 5, leader: Self);
        OnState(epoch: 6, leader: Other);
        Assert.Equal([ReplicaEffectKind.BeginEpoch, ReplicaEffectKind.Settle], _effects.Select(effect => effect.Kind));
        Tell(ReplicaMessageKind.Lead, 0, 0, session: 0);
        Assert.Equal(2, _effects.Count);

        _log.LogEndOffset = 105; // It was staged in epoch 5.
        Assert.Equal(105, AskAtRest().EndOffset);
    }

    [Fact]
    public void WhatCameIntoTheLogByItselfIsNotAcknowledged()
    {
        OnState(epoch: 6, leader: Other);
        long session = AskAtRest().Session;
        Tell(ReplicaMessageKind.Append, 100, 100, session);
        _log.LogEndOffset = 105;
        _effects.Clear();

        _replica.OnDrained(_effects);
        Assert.Equal((ReplicaMessageKind.Acknowledge, 100), KindAndEnd(_effects));
        _effects.Clear();
        Tell(ReplicaMessageKind.Append, 100, 105, session, hasRecords: true);
        Assert.Equal((ReplicaMessageKind.Follow, 105), KindAndEnd(_effects));
    }

    [Fact]
    public void WhatWasAppendedIsAcknowledged()
    {
        OnState(epoch: 6, leader: Other);
        long session = AskAtRest().Session;
        Tell(ReplicaMessageKind.Append, 100, 105, session, hasRecords: true);
        _log.LogEndOffset = 105;
        _effects.Clear();
        _replica.OnAppended(now: 0, _effects);
        _replica.OnDrained(_effects);
        Assert.Equal((ReplicaMessageKind.Acknowledge, 105), KindAndEnd(_effects));
        _effects.Clear();
        Tell(ReplicaMessageKind.Append, 100, 105, session, hasRecords: true); // The answer was lost.
        Assert.Equal((ReplicaMessageKind.Acknowledge, 105), KindAndEnd(_effects));
    }

    /// <summary>What the leader has below its start would never be fetched, and the epoch that was in force be named again and again.</summary>
    [Fact]
    public void ALogThatSharesNothingWithTheLeadersIsEmptied()
    {
        _log.LogStartOffset = 90;
        OnState(epoch: 6, leader: Other);
        long session = AskAtRest().Session;
        _effects.Clear();
        _replica.OnMessage(
            Other,
            new ReplicaMessage(ReplicaMessageKind.Truncate, _replica.Partition, 6, session)
            {
                LastEpoch = 5,
                StartOffset = 40,
                EndOffset = 90,
            },
            hasRecords: false, now: 0, _effects);
        ReplicaEffect effect = Assert.Single(_effects);
        Assert.Equal((ReplicaEffectKind.Reset, 40), (effect.Kind, effect.Offset));
    }

    private static (ReplicaMessageKind Kind, long EndOffset) KindAndEnd(List<ReplicaEffect> effects)
    {
        ReplicaMessage message = Assert.Single(effects).Message;
        return (message.Kind, message.EndOffset);
    }

    private ReplicaMessage AskAtRest()
    {
        _effects.Clear();
        _replica.OnLogAtRest(now: 0, _effects);
        ReplicaMessage message = Assert.Single(_effects).Message;
        Assert.Equal(ReplicaMessageKind.Follow, message.Kind);
        return message;
    }

    private void Tell(ReplicaMessageKind kind, long start, long end, long session, bool hasRecords = false) => _replica.OnMessage(
        Other, new ReplicaMessage(kind, _replica.Partition, 6, session) { StartOffset = start, EndOffset = end }, hasRecords, now: 0,
        _effects);

    private void OnState(int epoch, int leader)
    {
        _effects.Clear();
        ImmutableArray<InSyncReplica> members = [new(Self, 1), new(Other, 1)];
        _replica.OnState(
            new PartitionState
            {
                Leader = leader,
                LeaderEpoch = epoch,
                Replicas = [Self, Other],
                InSyncReplicas = members,
                Version = epoch,
            },
            now: 0, _effects);
    }
}
