using LogStore.Client.Groups;
using Xunit;

namespace LogStore.Client.Tests.Groups;

/// <summary>What must hold of every division, for groups at random that members join and leave.</summary>
public sealed class AssignorTests
{
    public static TheoryData<AssignmentStrategy> Strategies => [.. Enum.GetValues<AssignmentStrategy>()];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void EveryPartitionWithASubscriberGetsOneAndOnlyASubscriber(AssignmentStrategy strategy)
    {
        Random random = SeededRandom.Create();
        IAssignor assignor = AssignorTable.Create(strategy);
        for (int round = 0; round < 200; round++)
        {
            Dictionary<string, int> topics = RandomTopics(random);
            MemberSubscription[] members = RandomMembers(random, topics);
            Dictionary<string, List<TopicPartition>> assigned = assignor.Assign(members, topics);
            CheckValid(members, topics, assigned);
        }
    }

    [Theory]
    [InlineData(AssignmentStrategy.RoundRobin)]
    [InlineData(AssignmentStrategy.Sticky)]
    [InlineData(AssignmentStrategy.CooperativeSticky)]
    public void WithEqualSubscriptionsNobodyHasTwoMoreThanAnother(AssignmentStrategy strategy)
    {
        Random random = SeededRandom.Create();
        IAssignor assignor = AssignorTable.Create(strategy);
        for (int round = 0; round < 200; round++)
        {
            Dictionary<string, int> topics = RandomTopics(random);
            MemberSubscription[] members =
                Members(1 + random.Next(8), topics, _ => []);
            Dictionary<string, List<TopicPartition>> assigned = assignor.Assign(members, topics);
            Assert.True(assigned.Values.Max(each => each.Count) - assigned.Values.Min(each => each.Count) <= 1);
        }
    }

    [Fact]
    public void StickyMovesNoMoreThanBalanceAsksFor()
    {
        Random random = SeededRandom.Create();
        var assignor = new StickyAssignor();
        for (int round = 0; round < 200; round++)
        {
            var topics = new Dictionary<string, int> { ["t"] = 1 + random.Next(40) };
            int count = 1 + random.Next(8);
            MemberSubscription[] before = Members(count, topics, _ => []);
            Dictionary<string, List<TopicPartition>> first = assignor.Assign(before, topics);
            // One more member takes what is its share, and nobody else gets anything.
            MemberSubscription[] after = Members(count + 1, topics, id => first.GetValueOrDefault(id, []));
            Dictionary<string, List<TopicPartition>> second = assignor.Assign(after, topics);
            foreach ((string id, List<TopicPartition> partitions) in first) Assert.Empty(second[id].Except(partitions));
            Assert.InRange(second[$"m{count}"].Count, topics["t"] / (count + 1), (topics["t"] / (count + 1)) + 1);

            // One member goes, and the others keep all they had.
            MemberSubscription[] left = [.. Members(count + 1, topics, id => second[id]).Skip(1)];
            Dictionary<string, List<TopicPartition>> third = assignor.Assign(left, topics);
            foreach (MemberSubscription member in left) Assert.Empty(member.Owned.Except(third[member.MemberId]));
        }
    }

    [Fact]
    public void StickyFindsBalanceThroughOtherMembers()
    {
        // C can take nothing from A, but B can, and C from B.
        var topics = new Dictionary<string, int> { ["x"] = 4, ["y"] = 2 };
        MemberSubscription[] members =
        [
            new("a", null, ["x"], [new("x", 0), new("x", 1), new("x", 2)], 1),
            new("b", null, ["x", "y"], [new("x", 3), new("y", 0)], 1),
            new("c", null, ["y"], [new("y", 1)], 1),
        ];
        Dictionary<string, List<TopicPartition>> assigned = new StickyAssignor().Assign(members, topics);
        Assert.All(assigned.Values, partitions => Assert.Equal(2, partitions.Count));
    }

    [Fact]
    public void OfTwoWhoClaimAPartitionTheLaterGenerationKeepsIt()
    {
        var topics = new Dictionary<string, int> { ["t"] = 2 };
        TopicPartition contested = new("t", 0);
        MemberSubscription[] members = [new("a", null, ["t"], [contested], 4), new("b", null, ["t"], [contested], 5)];
        Assert.Contains(contested, new StickyAssignor().Assign(members, topics)["b"]);
    }

    [Fact]
    public void CooperativeGivesNobodyWhatAnotherStillHoldsAndSettles()
    {
        Random random = SeededRandom.Create();
        var assignor = new CooperativeStickyAssignor();
        for (int round = 0; round < 100; round++)
        {
            Dictionary<string, int> topics = RandomTopics(random);
            Dictionary<string, List<TopicPartition>> held = [];
            for (int change = 0; change < 4; change++)
            {
                int count = 1 + random.Next(6);
                bool isSettled = false;
                for (int generation = 0; !isSettled; generation++)
                {
                    Assert.True(generation < 4, "It does not settle.");
                    MemberSubscription[] members = Members(count, topics, id => held.GetValueOrDefault(id, []));
                    Dictionary<string, List<TopicPartition>> assigned = assignor.Assign(members, topics);
                    foreach (MemberSubscription member in members)
                    {
                        IEnumerable<TopicPartition> others =
                            members.Where(each => each != member).SelectMany(each => each.Owned);
                        Assert.Empty(assigned[member.MemberId].Except(member.Owned).Intersect(others));
                    }

                    isSettled = !members.Any(member => member.Owned.Except(assigned[member.MemberId]).Any());
                    held = assigned;
                }

                Assert.Equal(topics.Values.Sum(), held.Values.Sum(each => each.Count));
                Assert.True(held.Values.Max(each => each.Count) - held.Values.Min(each => each.Count) <= 1);
            }
        }
    }

    [Fact]
    public void WhatStickyTellsItselfComesBack()
    {
        var assignor = new StickyAssignor();
        TopicPartition[] owned = [new("a", 1), new("a", 2), new("b", 0)];
        (List<TopicPartition> Owned, int Generation)? read = assignor.ReadUserData(assignor.WriteUserData(owned, 7));
        Assert.Equal(owned, read!.Value.Owned);
        Assert.Equal(7, read.Value.Generation);
        Assert.Null(assignor.ReadUserData(new byte[] { 1, 2, 3 }));
    }

    [Fact]
    public void RangeGivesTheFirstMembersOneMore()
    {
        var topics = new Dictionary<string, int> { ["t"] = 7 };
        Dictionary<string, List<TopicPartition>> assigned =
            new RangeAssignor().Assign(Members(3, topics, _ => []), topics);
        Assert.Equal([0, 1, 2], assigned["m0"].Select(each => each.Partition));
        Assert.Equal([3, 4], assigned["m1"].Select(each => each.Partition));
        Assert.Equal([5, 6], assigned["m2"].Select(each => each.Partition));
    }

    private static MemberSubscription[] Members(
        int count, Dictionary<string, int> topics, Func<string, IReadOnlyCollection<TopicPartition>> owned) =>
    [
        .. Enumerable.Range(0, count)
            .Select(i => new MemberSubscription($"m{i}", null, topics.Keys, owned($"m{i}"), 1)),
    ];

    private static Dictionary<string, int> RandomTopics(Random random) =>
        Enumerable.Range(0, 1 + random.Next(4)).ToDictionary(i => $"t{i}", _ => 1 + random.Next(12));

    private static MemberSubscription[] RandomMembers(Random random, Dictionary<string, int> topics)
    {
        MemberSubscription[] members =
        [
            .. Enumerable.Range(0, 1 + random.Next(8)).Select(i => new MemberSubscription(
                $"m{i}", random.Next(3) == 0 ? $"s{i}" : null, [.. topics.Keys.Where(_ => random.Next(3) > 0)],
                [
                    .. Enumerable.Range(0, random.Next(5))
                        .Select(_ => new TopicPartition($"t{random.Next(5)}", random.Next(14))),
                ],
                random.Next(3))),
        ];
        Array.Sort(members, MemberSubscription.Compare);
        return members;
    }

    private static void CheckValid(
        MemberSubscription[] members, Dictionary<string, int> topics, Dictionary<string, List<TopicPartition>> assigned)
    {
        List<TopicPartition> all = [.. assigned.Values.SelectMany(each => each)];
        Assert.Equal(all.Count, all.Distinct().Count());
        foreach (MemberSubscription member in members)
        {
            foreach (TopicPartition partition in assigned[member.MemberId])
            {
                Assert.Contains(partition.Topic, member.Topics);
                Assert.InRange(partition.Partition, 0, topics[partition.Topic] - 1);
            }
        }

        HashSet<TopicPartition> held = [.. members.SelectMany(member => member.Owned)];
        foreach ((string topic, int count) in topics)
        {
            if (!members.Any(member => member.Topics.Contains(topic))) continue;
            // A cooperative strategy leaves for the next generation what has to be given up first.
            IEnumerable<TopicPartition> missing =
                Enumerable.Range(0, count).Select(i => new TopicPartition(topic, i)).Except(all);
            Assert.Empty(missing.Except(held));
        }
    }
}
