using System.Collections.Immutable;
using LogStore.Replicator.Cluster;
using Xunit;

namespace LogStore.Replicator.Tests.Cluster;

public sealed class ReplicaPlacementTests
{
    [Fact]
    public void EachBrokerLeadsAsManyPartitionsAsAnyOther()
    {
        ImmutableArray<int>[] placed = ReplicaPlacement.Place(Brokers(null, null, null, null), 0, 40, 3, start: 7);
        Assert.All(placed, replicas => Assert.Equal(3, replicas.Distinct().Count()));
        Assert.All(placed.CountBy(replicas => replicas[0]), leader => Assert.Equal(10, leader.Value));
        Assert.All(placed.SelectMany(replicas => replicas).CountBy(replica => replica), each => Assert.Equal(30, each.Value));
    }

    [Fact]
    public void ThoseWhoFollowALeaderAreNotAlwaysTheSame()
    {
        ImmutableArray<int>[] placed = ReplicaPlacement.Place(Brokers(null, null, null, null, null), 0, 50, 2, start: 0);
        foreach (IGrouping<int, ImmutableArray<int>> led in placed.GroupBy(replicas => replicas[0]))
            Assert.Equal(4, led.Select(replicas => replicas[1]).Distinct().Count());
    }

    [Fact]
    public void ReplicasStandInAsManyRacksAsThereAre()
    {
        (int BrokerId, string? Rack)[] brokers = Brokers("a", "a", "b", "b", "c", "c");
        foreach (ImmutableArray<int> replicas in ReplicaPlacement.Place(brokers, 0, 60, 3, start: 1))
            Assert.Equal(3, replicas.Select(replica => brokers[replica - 1].Rack).Distinct(StringComparer.Ordinal).Count());
        // More replicas than racks: no rack has two more than another.
        foreach (ImmutableArray<int> replicas in ReplicaPlacement.Place(brokers, 0, 60, 4, start: 1))
        {
            int[] each = [.. replicas.CountBy(replica => brokers[replica - 1].Rack!, StringComparer.Ordinal).Select(rack => rack.Value)];
            Assert.Equal(3, each.Length);
            Assert.InRange(each.Max() - each.Min(), 0, 1);
        }
    }

    [Fact]
    public void PartitionsThatComeLaterGoOnWhereTheFirstOnesEnded()
    {
        ImmutableArray<int>[] whole = ReplicaPlacement.Place(Brokers(null, null, null), 0, 12, 2, start: 5);
        ImmutableArray<int>[] later = ReplicaPlacement.Place(Brokers(null, null, null), 8, 4, 2, start: 5);
        Assert.Equal(whole[8..].Select(replicas => replicas.ToArray()), later.Select(replicas => replicas.ToArray()));
    }

    private static (int BrokerId, string? Rack)[] Brokers(params string?[] racks) =>
        [.. racks.Select((rack, index) => (index + 1, rack))];
}
