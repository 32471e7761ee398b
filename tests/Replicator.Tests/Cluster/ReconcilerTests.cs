using System.Collections.Immutable;
using LogStore.Replicator.Cluster;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Replicas;
using LogStore.Topics;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace LogStore.Replicator.Tests.Cluster;

public sealed class ReconcilerTests
{
    private const int Self = 1;

    /// <summary>
    /// Whoever tells replicas of changes does not find it yet, and will not tell it again: it would follow its old leader for ever.
    /// </summary>
    [Fact]
    public async Task AChangeThatComesJustBeforeAReplicaCanBeFoundIsNotMissed()
    {
        using TemporaryDirectory temporary = new();
        await using DataDirectory directory = await DataDirectory.OpenAsync(new DataDirectoryOptions { Directory = temporary["data"] });
        using ReplicaManager replicas = new(
            new ReplicaServices(new ReplicaLinks(), new Deaf(), TimeSpan.FromSeconds(10), TimeProvider.System, NullLogger.Instance), _ => { });
        LiveBroker self = new(Self, Epoch: 1, IntactSince: 0, CreatedIn: 0);
        using FailedReplicas failed = new(self, store: null!, replicas, TimeProvider.System, CancellationToken.None);
        Reconciler reconciler = new(self, directory, replicas, failed, new Deaf(), NullLogger.Instance);
        Topic topic = new("orders", Guid.NewGuid(), 1, LogConfig.Default);
        PartitionId partition = new(topic.Id, 0);
        ClusterImage before = ImageOf(topic, partition, epoch: 36, leader: 2);
        ClusterImage after = ImageOf(topic, partition, epoch: 37, leader: 3);

        await reconciler.RunAsync(() => replicas.Find(partition) is null ? before : after);

        Assert.Equal((37, 3), (replicas.Find(partition)!.LeaderEpoch, replicas.Find(partition)!.LeaderId));
    }

    private static ClusterImage ImageOf(Topic topic, PartitionId partition, int epoch, int leader)
    {
        PartitionState state = new()
        {
            Leader = leader,
            LeaderEpoch = epoch,
            Replicas = [1, 2, 3],
            InSyncReplicas = [new InSyncReplica(2, 1), new InSyncReplica(3, 1)],
            Version = epoch,
        };
        return new ClusterImage(
            epoch, ClusterImage.NoController, ImmutableDictionary<int, BrokerRegistration>.Empty,
            ImmutableSortedDictionary<string, Topic>.Empty.Add(topic.Name, topic),
            ImmutableDictionary<Guid, Topic>.Empty.Add(topic.Id, topic),
            ImmutableDictionary<PartitionId, PartitionState>.Empty.Add(partition, state));
    }

    private sealed class Deaf : IReplicaHost, IClusterListener
    {
        public void Propose(Replica replica, PartitionState state)
        {
        }

        public void ReportCondition(Replica replica)
        {
        }

        public void OnCluster(ClusterImage image)
        {
        }

        public void OnOpened(Replica replica)
        {
        }

        public void OnChanged(Replica replica)
        {
        }

        public void OnClosed(Replica replica)
        {
        }
    }
}
