using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Topics;
using Xunit;

namespace LogStore.Broker.Tests.Topics;

/// <summary>A topic of many partitions takes a while: neither its client nor a stop waits for longer than it wants to.</summary>
public sealed class TopicDeadlineTests : IDisposable
{
    private const int Partitions = 300;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ManualClock _clock = new();
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task WhoseTimeIsUpIsToldSoAndWhatHasBegunIsDoneAllTheSame()
    {
        await using TestBroker broker = await StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        Assert.Equal(ErrorCode.RequestTimedOut, await TimeOutAsync(client, "wide"));
        await client.CreateTopicAsync("next");
        Assert.Equal(ErrorCode.TopicAlreadyExists, await client.TryCreateTopicAsync(Talk.NewTopic("wide")));
        Assert.Equal(Partitions, Opened());
        Assert.Equal(0, await client.ProduceAsync("wide", Partitions - 1, Batches.Of("x")));
    }

    [Fact]
    public async Task WhatAStopHasLeftOutTheNextStartOpens()
    {
        await using (TestBroker broker = await StartAsync())
        await using (ProtocolClient client = await broker.ConnectAsync())
            await TimeOutAsync(client, "wide");
        // How many are there by now is the disk's affair: a fast one may have opened all.
        Assert.InRange(Opened(), 1, Partitions);
        await using TestBroker next = await StartAsync();
        await using ProtocolClient producer = await next.ConnectAsync();
        Assert.Equal(0, await producer.ProduceAsync("wide", Partitions - 1, Batches.Of("x")));
    }

    private Task<TestBroker> StartAsync() =>
        TestBroker.StartAsync(options => options with { TimeProvider = _clock }, _directory);

    /// <summary>Asks for a topic, and lets the time pass as soon as the first partition is there.</summary>
    private async Task<ErrorCode> TimeOutAsync(ProtocolClient client, string topic)
    {
        int number = await client.WriteAsync(Create(topic, Partitions), version: 4);
        await Poll.UntilAsync("the first partition is there", () => Opened() > 0);
        _clock.Advance(Patience);
        return await ReadAsync(client, number);
    }

    private static CreateTopicsRequest Create(string topic, int partitions) => new()
    {
        Topics = [Talk.NewTopic(topic, partitions)],
        TimeoutMs = (int)Patience.TotalMilliseconds,
    };

    private static async Task<ErrorCode> ReadAsync(ProtocolClient client, int number) =>
        Assert.Single((await client.ReadAsync<CreateTopicsResponse>(version: 4, number)).Topics).ErrorCode;

    private int Opened() => Directory.EnumerateDirectories(_directory.Path, "wide-*").Count();
}
