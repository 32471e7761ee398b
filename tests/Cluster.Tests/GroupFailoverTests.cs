using LogStore.Client;
using LogStore.Cluster.Tests.Faults;
using LogStore.Cluster.Tests.Histories;
using LogStore.Cluster.Tests.Processes;
using LogStore.Cluster.Tests.Workloads;
using Xunit;

namespace LogStore.Cluster.Tests;

/// <summary>What a group has committed outlives its coordinator, and its members go on with the next one.</summary>
public sealed class GroupFailoverTests
{
    private const string Topic = "t";
    private const string Group = "g";
    private const string OffsetsTopic = "__consumer_offsets";
    private const int Partitions = 3;
    private const int Rounds = 5;

    [Fact]
    public Task OurConsumerGoesOnAfterItsCoordinatorWasKilled() =>
        RunAsync(bootstrapServers => new ClientMember(bootstrapServers, Topic, Group));

    [Fact]
    public Task KafkaPythonGoesOnAfterItsCoordinatorWasKilled() =>
        RunAsync(bootstrapServers => new PythonMember(bootstrapServers, Topic, Group));

    private static async Task RunAsync(Func<string, IGroupMember> join)
    {
        await using ClusterProcesses cluster = await ClusterProcesses.StartAsync(new ClusterShape
        {
            // Then whoever leads its only partition coordinates all groups.
            Settings = [ProcessFaults.SessionTimeoutSetting, "offsets.topic.num.partitions=1", "group.initial.rebalance.delay.ms=0"],
        });
        try
        {
            ClusterView view = new(cluster);
            await view.CreateTopicAsync(Topic, Partitions);
            await using ClientWriter writer = new(1, cluster.BootstrapServers, Topic, new History(Partitions));
            await using IGroupMember member = join(cluster.BootstrapServers);
            await member.Progress.WhenCommittedAsync(10).WaitAsync(Poll.Patience);
            for (int round = 1; round <= Rounds; round++)
            {
                await view.WhenAllInSyncAsync();
                await view.WhenAllInSyncAsync(OffsetsTopic);
                BrokerNode coordinator = cluster[await view.LeaderOfAsync(0, OffsetsTopic)];
                long killed = TimeProvider.System.GetTimestamp();
                await coordinator.KillAsync();
                // The first may have been on its way back already.
                await member.Progress.WhenCommittedAsync(3).WaitAsync(Poll.Patience);
                TestContext.Current.TestOutputHelper?.WriteLine(
                    $"round {round}: the group went on after {TimeProvider.System.GetElapsedTime(killed).TotalMilliseconds:0} ms");
                await coordinator.StartAsync();
            }

            await member.StopAsync();
            member.Progress.Check();
            await CheckCommittedAsync(cluster, member.Progress);
        }
        catch
        {
            cluster.PrintLogs();
            throw;
        }
    }

    /// <summary>What was acknowledged is what the next member begins with.</summary>
    private static async Task CheckCommittedAsync(ClusterProcesses cluster, GroupProgress progress)
    {
        await using Consumer consumer = new(new ConsumerOptions { BootstrapServers = cluster.BootstrapServers, GroupId = Group });
        IReadOnlyDictionary<TopicPartition, CommittedOffset> committed = await consumer.CommittedAsync(
            [.. Enumerable.Range(0, Partitions).Select(index => new TopicPartition(Topic, index))]);
        Assert.NotEmpty(progress.Committed);
        foreach ((int partition, long offset) in progress.Committed)
            Assert.InRange(committed[new TopicPartition(Topic, partition)].Offset, offset, long.MaxValue);
    }
}
