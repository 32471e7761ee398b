using LogStore.Client.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Groups;
using Xunit;

namespace LogStore.Client.Tests.Groups;

/// <summary>A member that is stopped while it joins must not keep the others waiting until its session ends.</summary>
public sealed class LeavingTests
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [Fact]
    public async Task AMemberThatIsStoppedWhileTheGroupWaitsForOthersIsGoneAtOnce()
    {
        CancellationToken limit = Limit;
        await using RealBroker broker = await RealBroker.StartAsync();
        await broker.CreateTopicAsync("t", 2);
        ConsumerOptions options = broker.ConsumerOptions with { GroupId = "g" };
        await using var stays = new Consumer<string, string>(options, Serdes.Utf8, Serdes.Utf8);
        stays.Subscribe(["t"]);
        while (stays.AssignedPartitions.Count < 2) await stays.ConsumeAsync(TimeSpan.FromMilliseconds(20), limit);

        // The group cannot go on without the first one, which does not consume: the second is parked.
        var goes = new Consumer<string, string>(options, Serdes.Utf8, Serdes.Utf8);
        goes.Subscribe(["t"]);
        await using var admin = new AdminClient(broker.Options);
        do Assert.Null(await goes.ConsumeAsync(TimeSpan.FromMilliseconds(20), limit));
        while ((await admin.DescribeGroupAsync("g", limit)).Members.Count < 2);
        await goes.DisposeAsync();
        Assert.Single((await admin.DescribeGroupAsync("g", limit)).Members);
    }

    [Fact]
    public async Task AMemberThatHasJoinedAndWasNeverAskedAgainLeaves()
    {
        CancellationToken limit = Limit;
        await using RealBroker broker = await RealBroker.StartAsync();
        await broker.CreateTopicAsync("t", 2);
        var consumer = new Consumer<string, string>(
            broker.ConsumerOptions with { GroupId = "g" }, Serdes.Utf8, Serdes.Utf8);
        consumer.Subscribe(["t"]);
        await using var admin = new AdminClient(broker.Options);
        using var stop = new CancellationTokenSource();
        Task consuming = consumer.ConsumeAsync(stop.Token).AsTask();
        while ((await admin.DescribeGroupAsync("g", limit)).Members.Count < 1) limit.ThrowIfCancellationRequested();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => consuming);
        await consumer.DisposeAsync();
        Assert.Empty((await admin.DescribeGroupAsync("g", limit)).Members);
    }

    [Fact]
    public async Task AnIdThatIsGivenOutWhileTheConsumerClosesIsGivenBack()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 1);
        TaskCompletionSource asked = new(), answer = new();
        TaskCompletionSource<string> left = new();
        cluster.On<FindCoordinatorRequest>(
            (_, _) => new FindCoordinatorResponse { NodeId = 1, Host = "scripted", Port = 1 });
        cluster.On<JoinGroupRequest>(async (_, request) =>
        {
            Assert.Equal("", request.MemberId); // It does not come back with the id.
            asked.TrySetResult();
            await answer.Task;
            return new JoinGroupResponse { ErrorCode = ErrorCode.MemberIdRequired, MemberId = "given" };
        });
        cluster.On<LeaveGroupRequest>((_, request) =>
        {
            left.TrySetResult(request.Members[0].MemberId);
            return new LeaveGroupResponse { Members = [new() { MemberId = request.Members[0].MemberId }] };
        });
        var consumer = new Consumer<string, string>(
            cluster.ConsumerOptions with { GroupId = "g" }, Serdes.Utf8, Serdes.Utf8);
        consumer.Subscribe(["t"]);
        Assert.Null(await consumer.ConsumeAsync(TimeSpan.FromMilliseconds(1), Limit));
        await asked.Task.WaitAsync(Limit);
        ValueTask closing = consumer.DisposeAsync();
        answer.SetResult();
        await closing;
        Assert.Equal("given", await left.Task.WaitAsync(Limit));
    }
}
