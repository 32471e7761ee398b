namespace LogStore.Cli.Tests.Cluster;

/// <summary>Acknowledgements, interruptions and limits through a broker.</summary>
public sealed class ClusterProduceTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task TheSummaryIsTheLocalOne()
    {
        string topic = await broker.CreateTopicAsync();
        CommandResult result = await broker.ProduceAsync(topic, "a\nb\nc\n");
        Assert.Empty(result.Output);
        Assert.Matches($@"^produced 3 records, 6 B in \d+\.\d\d s \(\d+\.\d MB/s\); offsets {topic}-0: 0\.\.2\n$", result.Error);
        Assert.Empty((await broker.ProduceAsync(topic, "d\n", "--quiet")).Error);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("0")]
    [InlineData("appended")]
    [InlineData("1")]
    [InlineData("all")]
    public async Task EveryAckLevelStoresEverything(string acks)
    {
        string topic = await broker.CreateTopicAsync(partitions: 3);
        string[] lines = [.. Enumerable.Range(0, 5000).Select(number => $"line {number}")];
        await broker.ProduceAsync(topic, string.Join('\n', lines) + "\n", "--acks", acks, "--batch-bytes", "2000");
        // Without acknowledgements the last batches may still be on their way: they are followed, not looked for once.
        CommandResult consumed = await broker.ConsumeAsync(topic, "--follow", "--max", "5000");
        Assert.Equal(lines.Order(StringComparer.Ordinal), consumed.Lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task FlushedIsExplained()
    {
        string topic = await broker.CreateTopicAsync();
        (await broker.RunWithInputAsync("a\n", "produce", topic, "--acks", "flushed")).FailedWith(2, "flush.messages=1");
    }

    [Fact]
    public async Task ASlowInputIsNotKeptWaiting()
    {
        string topic = await broker.CreateTopicAsync();
        await using RunningCommand produce = broker.Start("produce", topic, "--print-acks");
        for (int line = 0; line < 3; line++)
        {
            await produce.Input.WriteAsync("tick\n"u8.ToArray());
            await produce.Input.FlushAsync();
            Assert.Equal($"0 {line} {line}", await produce.Output.ReadLineAsync());
        }
    }

    [Fact]
    public async Task EachBatchIsPrintedOnce()
    {
        string topic = await broker.CreateTopicAsync();
        string input = string.Concat(Enumerable.Range(0, 1000).Select(number => $"line {number}\n"));
        string[] rows = (await broker.ProduceAsync(topic, input, "--print-acks", "--batch-bytes", "1000")).Lines;
        long next = 0;
        foreach (string row in rows)
        {
            long[] fields = [.. row.Split(' ').Select(long.Parse)];
            Assert.Equal((0, next), (fields[0], fields[1]));
            next = fields[2] + 1;
        }

        Assert.Equal(1000, next);
        Assert.InRange(rows.Length, 2, 999);
    }

    [Fact]
    public async Task CtrlCSendsTheLinesReadSoFar()
    {
        string topic = await broker.CreateTopicAsync();
        await using RunningCommand produce = broker.Start(
            "produce", topic, "--print-acks", "--linger-ms", "60000", "--batch-bytes", "128");
        string line = new('x', 60);
        await produce.Input.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"{line}\n{line}\nonly beg"));
        await produce.Input.FlushAsync();
        Assert.Equal("0 0 0", await produce.Output.ReadLineAsync()); // The second did not fit the first one's batch.
        produce.Interrupt();
        CommandResult result = await produce.FinishedAsync();
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("produced 2 records", result.Error, StringComparison.Ordinal);
        Assert.Equal($"{line}\n{line}\n", (await broker.ConsumeAsync(topic)).Text);
    }

    [Fact]
    public async Task ALineOverTheLimitIsNamedAndNothingBeforeItIsLost()
    {
        string topic = await broker.CreateTopicAsync(1, "max.message.bytes=1000");
        CommandResult result = await broker.RunWithInputAsync($"one\ntwo\n{new string('x', 950)}\nfour\n", "produce", topic);
        result.FailedWith(2, $"line 3 is too long: its batch takes 1020 bytes, and '{topic}' allows 1000");
        Assert.Contains("2 records before that: stored", result.Error, StringComparison.Ordinal);
        Assert.Equal("one\ntwo\n", (await broker.ConsumeAsync(topic)).Text);
    }

    [Fact]
    public async Task ARecordAsLargeAsTheLimitIsTaken()
    {
        string topic = await broker.CreateTopicAsync(1, "max.message.bytes=1000");
        string line = new('x', 930); // 61 bytes of batch header and 9 around the value.
        await broker.ProduceAsync(topic, $"a\n{line}\nb\n");
        Assert.Equal($"a\n{line}\nb\n", (await broker.ConsumeAsync(topic)).Text);
    }

    [Fact]
    public async Task ABrokerThatDiesIsReportedOnceTheRecordsAreOutOfTime()
    {
        BrokerFixture dying = new();
        await dying.InitializeAsync();
        string topic = await dying.CreateTopicAsync();
        await using RunningCommand produce = dying.Start(
            "produce", topic, "--print-acks", "--client-set", "delivery.timeout.ms=3000", "--client-set", "request.timeout.ms=1000");
        await produce.Input.WriteAsync("one\n"u8.ToArray());
        await produce.Input.FlushAsync();
        Assert.Equal("0 0 0", await produce.Output.ReadLineAsync());
        await dying.DisposeAsync();
        CommandResult result = await produce.FinishAsync("two\n"u8.ToArray());
        result.FailedWith(1, $"A record for {topic}-0 was not acknowledged");
        Assert.Contains("Acknowledged: 1 record.", result.Error, StringComparison.Ordinal);
    }
}
