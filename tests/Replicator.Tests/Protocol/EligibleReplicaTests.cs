using LogStore.Replicator.Protocol;
using Xunit;

namespace LogStore.Replicator.Tests.Protocol;

/// <summary>What a leader may commit while replicas that have left are eligible to lead.</summary>
public sealed class EligibleReplicaTests
{
    private static readonly PartitionId Partition = new(new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), 0);

    /// <summary>Where fewer in-sync replicas are asked for meanwhile, the eligible have to go before they lack anything.</summary>
    [Fact]
    public void NothingIsCommittedWhileOthersAreEligible()
    {
        List<ReplicaEffect> effects = [];
        PartitionReplica replica = new(
            Partition, new LiveBroker(1, 11, 11, 11), new FixedLog(10), new ReplicaOptions { MinInsyncReplicas = 2 });
        PartitionState state = new()
        {
            Leader = 1,
            LeaderEpoch = 5,
            Replicas = [1, 2],
            InSyncReplicas = [new(1, 11)],
            Eligible = [new(2, 12)],
            Version = 7,
        };
        replica.OnState(state, 0, effects);
        replica.OnOptions(new ReplicaOptions { MinInsyncReplicas = 1 }, effects);
        Assert.Equal(0, replica.HighWatermark);
        replica.OnTick(100, effects);
        Assert.Equal(0, replica.HighWatermark);
        PartitionState proposed = Assert.Single(effects, effect => effect.Kind == ReplicaEffectKind.Propose).State!;
        Assert.Equal(7, proposed.Version);
        Assert.Empty(proposed.Eligible);
        replica.OnState(proposed with { Version = 8 }, 200, effects);
        Assert.Equal(10, replica.HighWatermark);
    }

    private sealed class FixedLog(long end) : IReplicaLog
    {
        public long LogStartOffset => 0;

        public long LogEndOffset => end;

        public long FlushedOffset => end;

        public int LatestEpoch => 4;

        public (int Epoch, long EndOffset) EndOffsetForEpoch(int epoch) => epoch < 4 ? (-1, -1) : (4, end);
    }
}
