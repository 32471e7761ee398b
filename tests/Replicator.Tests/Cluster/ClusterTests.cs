using System.Text;
using LogStore.Records;
using LogStore.Replicator.Cluster;
using LogStore.Replicator.Metadata;
using LogStore.Replicator.Replicas;
using LogStore.Topics;
using Xunit;

namespace LogStore.Replicator.Tests.Cluster;

public sealed class ClusterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly LogConfig TwoInSync = LogConfig.Default with { MinInsyncReplicas = 2 };

    [Fact]
    public async Task WhatIsAcknowledgedByAllIsOnEveryReplica()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(3);
        Replica leader = await CreateAsync(cluster, "orders");
        for (int index = 0; index < 1000; index++)
            await leader.AppendAsync(Batch($"record {index}"), ReplicaAcks.All, Patience);
        Assert.Equal(1000, leader.HighWatermark);
        foreach (MemberUnderTest member in cluster.Members) Assert.Equal(1000, member.Replica("orders").Log.LogEndOffset);
    }

    [Fact]
    public async Task AFollowerTakesOverWhenTheLeaderIsGone()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(3);
        Replica leader = await CreateAsync(cluster, "orders");
        await leader.AppendAsync(Batch("before"), ReplicaAcks.All, Patience);
        int epoch = leader.LeaderEpoch;
        int old = leader.LeaderId;
        await cluster.StopBrokerAsync(old, properly: false);
        Replica next = await LeaderAsync(cluster, "orders");
        Assert.NotEqual(old, next.LeaderId);
        Assert.True(next.LeaderEpoch > epoch);
        AppendResult after = await next.AppendAsync(Batch("after"), ReplicaAcks.All, Patience);
        Assert.Equal(1, after.BaseOffset);
        await cluster.StartBrokerAsync(old);
        await Poll.UntilAsync(
            "the old leader is back in sync",
            () => next.InSyncReplicas == 3 && cluster[old].Replica("orders").Log.LogEndOffset == 2);
    }

    [Fact]
    public async Task ABrokerThatLeavesHandsOverFirst()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(3);
        Replica leader = await CreateAsync(cluster, "orders");
        int old = leader.LeaderId;
        await leader.AppendAsync(Batch("before"), ReplicaAcks.All, Patience);
        await cluster.StopBrokerAsync(old, properly: true);
        Replica next = await LeaderAsync(cluster, "orders");
        Assert.NotEqual(old, next.LeaderId);
        await next.AppendAsync(Batch("after"), ReplicaAcks.All, Patience);
    }

    [Fact]
    public async Task WithTooFewInSyncNothingIsTakenForAll()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(2);
        Replica leader = await CreateAsync(cluster, "orders", replicas: 2);
        int other = cluster.Members.Single(member => member.Member.Self.BrokerId != leader.LeaderId).Member.Self.BrokerId;
        await cluster.StopBrokerAsync(other, properly: false);
        await Poll.UntilAsync("the other one is out", () => leader.InSyncReplicas == 1);
        await Assert.ThrowsAsync<NotEnoughReplicasException>(
            async () => await leader.AppendAsync(Batch("refused"), ReplicaAcks.All, Patience));
        await leader.AppendAsync(Batch("taken"), ReplicaAcks.Leader, Patience);
        await cluster.StartBrokerAsync(other);
        await Poll.UntilAsync("it is back", () => leader.InSyncReplicas == 2 && leader.HighWatermark == 1);
        await leader.AppendAsync(Batch("taken again"), ReplicaAcks.All, Patience);
    }

    /// <summary>Leader and controller have to agree on it, or one takes it in and the other out for ever.</summary>
    [Fact]
    public async Task AReplicaThatCannotServeStaysOutUntilItCan()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(3);
        Replica leader = await CreateAsync(cluster, "orders");
        int failed = cluster.Members.Select(member => member.Member.Self.BrokerId).First(id => id != leader.LeaderId);
        MemberUnderTest observer = cluster[leader.LeaderId];
        string key = ClusterKeys.FailedReplica(failed, leader.Id);
        await observer.Store.TransactAsync(new MetadataTransaction().Put(key, "{}"u8.ToArray()));
        await Poll.UntilAsync("it is out", () => leader.InSyncReplicas == 2);

        HashSet<long> versions = [];
        for (int turn = 0; turn < 20; turn++)
        {
            MetadataResult result = await observer.Store.TransactAsync(new MetadataTransaction().Put(key, "{}"u8.ToArray()));
            await Poll.UntilAsync("the leader has seen it", () => observer.Member.Image.Revision >= result.Revision);
            versions.Add(observer.Member.Image.Partitions[leader.Id].Version);
        }

        Assert.InRange(versions.Count, 1, 4);
        await observer.Store.TransactAsync(new MetadataTransaction().Delete(key));
        await Poll.UntilAsync("it is in sync again", () => leader.InSyncReplicas == 3);
    }

    /// <summary>It happens between the look at the epoch and the append: clients that hear anything else give up.</summary>
    [Theory]
    [InlineData(ReplicaAcks.All)]
    [InlineData(ReplicaAcks.Leader)]
    public async Task AnAppendThatMeetsALaterEpochIsToldThatAnotherLeads(ReplicaAcks acks)
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(2);
        Replica leader = await CreateAsync(cluster, "orders", replicas: 2);
        leader.Log.BeginLeaderEpoch(leader.LeaderEpoch + 1);
        await Assert.ThrowsAsync<NotLeaderException>(async () => await leader.AppendAsync(Batch("late"), acks, Patience));
    }

    [Fact]
    public async Task AWipedReplicaIsNotInSyncOnItsNameAlone()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(2);
        Replica leader = await CreateAsync(cluster, "orders", replicas: 2);
        await leader.AppendAsync(Batch("kept"), ReplicaAcks.All, Patience);
        int first = leader.LeaderId;
        int second = 3 - first;
        // Both in sync; then the one that has the record is the only one that is up to say so, and it goes as well.
        await cluster.StopBrokerAsync(second, properly: false);
        cluster.Wipe(second);
        await cluster.StopBrokerAsync(first, properly: false);
        await cluster.StartBrokerAsync(second);
        await Poll.UntilAsync("it has opened an empty log", () => cluster[second].FindReplica("orders") is not null);
        Assert.False(cluster[second].Replica("orders").IsLeader);
        await cluster.StartBrokerAsync(first);
        leader = await LeaderAsync(cluster, "orders");
        Assert.Equal(first, leader.LeaderId);
        await Poll.UntilAsync("it has what the other one had", () => cluster[second].Replica("orders").Log.LogEndOffset == 1);
    }

    [Fact]
    public async Task AReassignedPartitionMovesWithItsRecords()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(3);
        Replica leader = await CreateAsync(cluster, "orders", replicas: 1);
        for (int index = 0; index < 100; index++) await leader.AppendAsync(Batch($"record {index}"), ReplicaAcks.All, Patience);
        int from = leader.LeaderId;
        int to = cluster.Members.First(member => member.Member.Self.BrokerId != from).Member.Self.BrokerId;
        await cluster[from].Member.Admin.ReassignAsync("orders", 0, [to]);
        await Poll.UntilAsync(
            "it has moved",
            () => cluster[to].FindReplica("orders") is { IsLeader: true } && cluster[from].FindReplica("orders") is null);
        Assert.Equal(100, cluster[to].Replica("orders").Log.LogEndOffset);
    }

    [Fact]
    public async Task ADeletedTopicIsGoneEverywhere()
    {
        await using ClusterUnderTest cluster = await ClusterUnderTest.StartAsync(3);
        Replica leader = await CreateAsync(cluster, "orders");
        await leader.AppendAsync(Batch("lost"), ReplicaAcks.All, Patience);
        await cluster[2].Member.Admin.DeleteTopicAsync("orders");
        await Poll.UntilAsync("nobody has it", () => cluster.Members.All(member => member.Directory.Topics.Count == 0));
    }

    private static async Task<Replica> CreateAsync(ClusterUnderTest cluster, string name, int replicas = 3)
    {
        Topic topic = await cluster.Members.First().Member.Admin.CreateTopicAsync(name, 1, replicas, TwoInSync with
        {
            MinInsyncReplicas = Math.Min(2, replicas),
        });
        Assert.Equal(name, topic.Name);
        return await LeaderAsync(cluster, name);
    }

    private static async Task<Replica> LeaderAsync(ClusterUnderTest cluster, string name)
    {
        Replica? leader = null;
        await Poll.UntilAsync(
            "somebody leads",
            () => (leader = cluster.Members.Select(member => member.FindReplica(name))
                .FirstOrDefault(replica => replica is { IsLeader: true, HasEnoughReplicas: true })) is not null);
        return leader!;
    }

    private static RecordBatch Batch(string value)
    {
        RecordBatchBuilder builder = new(new RecordBatchBuilderOptions());
        builder.TryAppend(0, default, Encoding.UTF8.GetBytes(value));
        return builder.Build();
    }
}
