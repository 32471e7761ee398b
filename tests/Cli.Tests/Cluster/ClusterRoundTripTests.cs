namespace LogStore.Cli.Tests.Cluster;

/// <summary>Through brokers, too, what goes in comes out, byte for byte.</summary>
public sealed class ClusterRoundTripTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Theory]
    [MemberData(nameof(RoundTripTests.Inputs), MemberType = typeof(RoundTripTests))]
    public async Task AFileComesBackByteForByte(string name, byte[] content)
    {
        string topic = await broker.CreateTopicAsync();
        string file = broker[topic];
        await File.WriteAllBytesAsync(file, content);
        (await broker.RunAsync("produce", topic, "--file", file)).Succeeded();
        byte[] output = (await broker.ConsumeAsync(topic)).Output;
        Assert.True(content.AsSpan().SequenceEqual(output), name);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    public async Task ManyLinesInSmallBatchesComeBackInOrder(string compression)
    {
        string topic = await broker.CreateTopicAsync();
        string text = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"line {number}\n"));
        await broker.ProduceAsync(topic, text, "--batch-bytes", "1000", "--compression", compression);
        Assert.Equal(text, (await broker.ConsumeAsync(topic)).Text);
    }

    [Fact]
    public async Task WhatABrokerStoresTheDirectoryHolds()
    {
        string topic = await broker.CreateTopicAsync(partitions: 3);
        string input = string.Concat(Enumerable.Range(0, 300).Select(number => $"key{number % 7}:value {number}\n")) + "no key";
        await broker.ProduceAsync(topic, input, "--key-separator", ":", "--header", "a=1");
        foreach (string[] format in (string[][])[["--key-separator", ":"], ["--json"], ["--format", @"%t %p %o %K %S %T %h %k %s\n"]])
        {
            await using RunningCommand local = new(["consume", topic, "--data", broker.Data, .. format]);
            string expected = (await local.FinishAsync()).Succeeded().Text;
            Assert.NotEmpty(expected);
            Assert.Equal(expected, (await broker.ConsumeAsync(topic, format)).Text);
        }
    }

    [Fact]
    public async Task KeysGoWhereTheyGoLocally()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync(partitions: 5);
        string topic = await broker.CreateTopicAsync(partitions: 5);
        string input = string.Concat(Enumerable.Range(0, 200).Select(number => $"key{number}:{number}\n"));
        await data.ProduceAsync(input, "--key-separator", ":");
        await broker.ProduceAsync(topic, input, "--key-separator", ":");
        Assert.Equal(
            (await data.ConsumeAsync("--format", @"%p %o %k=%s\n")).Text,
            (await broker.ConsumeAsync(topic, "--format", @"%p %o %k=%s\n")).Text);
    }

    [Fact]
    public async Task NullEmptyAndMissingKeysAreToldApart()
    {
        string topic = await broker.CreateTopicAsync();
        await broker.ProduceAsync(topic, "k:v\n:empty key\nno key\nk:\n", "--key-separator", ":");
        Assert.Equal(["1 1", "0 9", "-1 6", "1 0"], (await broker.ConsumeAsync(topic, "--format", @"%K %S\n")).Lines);
    }
}
