namespace LogStore.Cli.Tests.Cluster;

/// <summary>Where consume begins and ends through a broker.</summary>
public sealed class ClusterConsumeTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData("earliest", "0 1 2 3 4")]
    [InlineData("latest", "")]
    [InlineData("3", "3 4")]
    [InlineData("5", "")]
    [InlineData("@0", "0 1 2 3 4")]
    [InlineData("@2999-12-31", "")]
    public async Task ItBeginsWhereItIsTold(string from, string expected)
    {
        string topic = await FiveLinesAsync();
        Assert.Equal(expected, string.Join(' ', (await broker.ConsumeAsync(topic, "--from", from)).Lines));
    }

    [Fact]
    public async Task AnOffsetThatIsNotThereIsRefused()
    {
        string topic = await FiveLinesAsync();
        (await broker.RunAsync("consume", topic, "--from", "6")).FailedWith(3, "Offset 6 is out of range: the log holds [0, 5)");
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("2", 2)]
    [InlineData("99", 5)]
    public async Task ItEndsAtTheMaximum(string max, int expected)
    {
        string topic = await FiveLinesAsync();
        Assert.Equal(expected, (await broker.ConsumeAsync(topic, "--max", max)).Lines.Length);
    }

    [Fact]
    public async Task PartitionsAreReadOneAfterAnother()
    {
        string topic = await broker.CreateTopicAsync(partitions: 3);
        for (int partition = 2; partition >= 0; partition--)
            await broker.ProduceAsync(topic, $"{partition}\n{partition}\n", "--partition", partition.ToString());
        Assert.Equal("0\n0\n1\n1\n2\n2\n", (await broker.ConsumeAsync(topic)).Text);
        Assert.Equal("1\n1\n", (await broker.ConsumeAsync(topic, "--partition", "1")).Text);
    }

    [Fact]
    public async Task FollowingShowsWhatComesAndEndsQuietlyOnCtrlC()
    {
        string topic = await broker.CreateTopicAsync(partitions: 2);
        await broker.ProduceAsync(topic, "before\n", "--partition", "0");
        await using RunningCommand consume = broker.Start("consume", topic, "--follow");
        Assert.Equal("before", await consume.Output.ReadLineAsync());
        await broker.ProduceAsync(topic, "after\n", "--partition", "0");
        Assert.Equal("after", await consume.Output.ReadLineAsync());
        await broker.ProduceAsync(topic, "elsewhere\n", "--partition", "1");
        Assert.Equal("elsewhere", await consume.Output.ReadLineAsync());
        consume.Interrupt();
        CommandResult result = await consume.FinishedAsync();
        Assert.Equal(130, result.ExitCode);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task AReaderThatStopsEndsItQuietly()
    {
        string topic = await broker.CreateTopicAsync();
        await broker.ProduceAsync(topic, string.Concat(Enumerable.Range(0, 200_000).Select(number => $"line {number}\n")));
        await using RunningCommand consume = broker.Start("consume", topic);
        Assert.Equal("line 0", await consume.Output.ReadLineAsync());
        consume.Output.Close();
        CommandResult result = await consume.FinishedAsync();
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
    }

    private async Task<string> FiveLinesAsync()
    {
        string topic = await broker.CreateTopicAsync();
        await broker.ProduceAsync(topic, "0\n1\n2\n3\n4\n");
        return topic;
    }
}
