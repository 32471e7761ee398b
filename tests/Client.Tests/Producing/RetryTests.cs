using System.Text;
using LogStore.Client.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Produce;
using Xunit;

namespace LogStore.Client.Tests.Producing;

public sealed class RetryTests
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [Fact]
    public async Task BatchesFollowThePartitionToItsNewLeaderInOrder()
    {
        var cluster = new ScriptedCluster(nodes: 2, "t", partitions: 1);
        var script = new ProduceScript(cluster, 1);
        await using var producer = new Producer(cluster.ProducerOptions);
        List<Task<RecordMetadata>> sent = [];
        for (int i = 0; i < 200; i++)
        {
            if (i == 100) cluster.SetLeader(0, 2);
            sent.Add(producer.SendAsync(Record(i), Limit));
            if (i % 50 == 0) await sent[^1];
        }

        RecordMetadata[] metadata = await Task.WhenAll(sent);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (long)i), metadata.Select(each => each.Offset));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), script.Models[0].Values);
    }

    [Fact]
    public async Task ABatchWhoseAnswerIsLostIsStoredOnce()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 1);
        var script = new ProduceScript(cluster, 1);
        int requests = 0;
        cluster.On<ProduceRequest>((node, request) =>
        {
            ProduceResponse response = script.Apply(node, request);
            return ++requests == 1 ? null : response; // The first answer dies with its connection.
        });
        await using var producer = new Producer(cluster.ProducerOptions);
        Assert.Equal(0, (await producer.SendAsync(Record(0), Limit)).Offset);
        Assert.Equal(1, (await producer.SendAsync(Record(1), Limit)).Offset);
        Assert.Equal(["0", "1"], script.Models[0].Values);
        Assert.Equal(3, requests);
    }

    [Fact]
    public async Task ARepetitionThatTheBrokerRecognisesIsASuccess()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 1);
        cluster.On<ProduceRequest>((_, request) => ProduceScript.Refuse(request, ErrorCode.DuplicateSequenceNumber));
        await using var producer = new Producer(cluster.ProducerOptions);
        Assert.Equal(-1, (await producer.SendAsync(Record(0), Limit)).Offset);
    }

    [Fact]
    public async Task BatchesBehindARetriedOneAreNeitherLostNorReordered()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 1);
        var script = new ProduceScript(cluster, 1);
        int requests = 0;
        cluster.On<ProduceRequest>((node, request) => ++requests == 1
            ? ProduceScript.Refuse(request, ErrorCode.NotEnoughReplicas) : script.Apply(node, request));
        await using var producer = new Producer(cluster.ProducerOptions with { BatchSize = 128 });
        Task<RecordMetadata>[] sent = [.. Enumerable.Range(0, 50).Select(i => producer.SendAsync(Record(i), Limit))];
        await Task.WhenAll(sent);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), script.Models[0].Values);
        Assert.Equal(1, cluster.ProducerIds);
    }

    [Fact]
    public async Task AfterARefusedBatchTheOthersGoUnderANewProducerId()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 1);
        var script = new ProduceScript(cluster, 1);
        int requests = 0;
        cluster.On<ProduceRequest>((node, request) => ++requests == 2
            ? ProduceScript.Refuse(request, ErrorCode.MessageTooLarge) : script.Apply(node, request));
        await using var producer = new Producer(cluster.ProducerOptions with { BatchSize = 128 });
        await producer.SendAsync(Record(0), Limit);
        Task<RecordMetadata>[] sent = [.. Enumerable.Range(1, 30).Select(i => producer.SendAsync(Record(i), Limit))];
        await producer.FlushAsync(Limit);
        string[] failed =
            [.. sent.Index().Where(each => each.Item.IsFaulted).Select(each => $"{each.Index + 1}")];
        DeliveryException error = await Assert.ThrowsAsync<DeliveryException>(
            () => sent[int.Parse(failed[0], System.Globalization.CultureInfo.InvariantCulture) - 1]);
        Assert.Equal(ErrorCode.MessageTooLarge, error.ErrorCode);
        Assert.False(error.MayHaveBeenAppended);
        Assert.Contains("batch.size", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            Enumerable.Range(
                0, 31).Select(i => $"{i}").Except(failed, StringComparer.Ordinal), script.Models[0].Values);
        Assert.Equal(2, cluster.ProducerIds);
    }

    [Fact]
    public async Task AProducerThatTheBrokerHasForgottenGoesOnUnderANewId()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 1);
        var script = new ProduceScript(cluster, 1);
        await using var producer = new Producer(cluster.ProducerOptions);
        await producer.SendAsync(Record(0), Limit);
        script.Models[0].ForgetProducers();
        await producer.SendAsync(Record(1), Limit);
        Assert.Equal(["0", "1"], script.Models[0].Values);
        Assert.Equal(2, cluster.ProducerIds);
    }

    [Fact]
    public async Task WhatIsNotAcknowledgedInTimeFailsAndSaysThatItMayBeThere()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 1);
        cluster.On<ProduceRequest>((_, _) => new NoAnswer());
        await using var producer = new Producer(cluster.ProducerOptions with
        {
            RequestTimeout = TimeSpan.FromMilliseconds(50),
            DeliveryTimeout = TimeSpan.FromMilliseconds(120),
            CloseTimeout = TimeSpan.Zero,
        });
        DeliveryException error =
            await Assert.ThrowsAsync<DeliveryException>(() => producer.SendAsync(Record(0), Limit));
        Assert.Equal(ErrorCode.RequestTimedOut, error.ErrorCode);
        Assert.True(error.MayHaveBeenAppended);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task ErrorsThatWillNotPassAreNotTriedAgain()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 1);
        int requests = 0;
        cluster.On<ProduceRequest>((_, request) =>
        {
            requests++;
            return ProduceScript.Refuse(request, ErrorCode.TopicAuthorizationFailed);
        });
        await using var producer = new Producer(cluster.ProducerOptions);
        DeliveryException error =
            await Assert.ThrowsAsync<DeliveryException>(() => producer.SendAsync(Record(0), Limit));
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, error.ErrorCode);
        Assert.False(error.IsTransient);
        Assert.Equal(1, requests);
    }

    private static ProducerRecord Record(int i) => new("t", Encoding.UTF8.GetBytes($"{i}"));
}
