using System.Text.Json;

namespace LogStore.Cli.Tests.Cluster;

/// <summary>consume --group, and group list, describe, reset-offsets, delete.</summary>
public sealed class GroupTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task AGroupGoesOnWhereItStopped()
    {
        (string topic, string group) = await TenLinesAsync(partitions: 1);
        Assert.Equal("0 1 2", await ConsumeAsync(topic, group, "--max", "3"));
        Assert.Equal("3 4 5 6 7 8 9", await ConsumeAsync(topic, group));
        Assert.Equal("", await ConsumeAsync(topic, group));
        await broker.ProduceAsync(topic, "new\n");
        Assert.Equal("new", await ConsumeAsync(topic, group));
    }

    [Fact]
    public async Task WithNoCommitTheGroupStaysWhereItIs()
    {
        (string topic, string group) = await TenLinesAsync(partitions: 1);
        Assert.Equal("0", await ConsumeAsync(topic, group, "--max", "1"));
        Assert.Equal("1 2", await ConsumeAsync(topic, group, "--no-commit", "--max", "2"));
        Assert.Equal("1 2 3 4 5 6 7 8 9", await ConsumeAsync(topic, group));
    }

    [Fact]
    public async Task WithoutACommittedOffsetItBeginsWhereFromSays()
    {
        (string topic, string group) = await TenLinesAsync(partitions: 1);
        Assert.Equal("", await ConsumeAsync(topic, group, "--from", "latest"));
        await using RunningCommand consume = broker.Start("consume", topic, "--group", group, "--from", "latest", "--follow");
        await MembersAsync(group, 1);
        await WaitForAsync(group, partition => partition.GetProperty("member").ValueKind == JsonValueKind.String);
        await ConsumeAllAsync(consume, topic);
    }

    [Fact]
    public async Task AMemberThatIsKilledLosesNothing()
    {
        (string topic, string group) = await TenLinesAsync(partitions: 1);
        await using (RunningCommand first = StartMember(topic, group))
        {
            for (int line = 0; line < 10; line++) Assert.Equal($"{line}", await first.Output.ReadLineAsync());
            await WaitForAsync(group, partition => Committed(partition) == 10);
            await broker.ProduceAsync(topic, "10\n");
            Assert.Equal("10", await first.Output.ReadLineAsync());
            first.Kill(); // The last line may be committed, or not.
        }

        await broker.ProduceAsync(topic, "11\n");
        await using RunningCommand second = StartMember(topic, group);
        string? line10 = await second.Output.ReadLineAsync();
        Assert.Contains(line10, (string[])["10", "11"]);
        if (line10 == "10") Assert.Equal("11", await second.Output.ReadLineAsync());
    }

    [Fact]
    public async Task TwoMembersShareAndTheOtherTakesOver()
    {
        string topic = await broker.CreateTopicAsync(partitions: 2);
        string group = broker.NewName();
        await using RunningCommand first = StartMember(topic, group);
        await MembersAsync(group, 1);
        await using RunningCommand second = StartMember(topic, group);
        await MembersAsync(group, 2);
        await WaitForAsync(group, members: 2);
        await broker.ProduceAsync(topic, "zero\n", "--partition", "0");
        await broker.ProduceAsync(topic, "one\n", "--partition", "1");
        string?[] lines = [await first.Output.ReadLineAsync(), await second.Output.ReadLineAsync()];
        Assert.Equal(["one", "zero"], lines.Order(StringComparer.Ordinal));

        first.Interrupt(); // It leaves the group, and commits.
        Assert.Equal(130, (await first.FinishedAsync()).ExitCode);
        await broker.ProduceAsync(topic, "zero\n", "--partition", "0");
        await broker.ProduceAsync(topic, "one\n", "--partition", "1");
        lines = [await second.Output.ReadLineAsync(), await second.Output.ReadLineAsync()];
        Assert.Equal(["one", "zero"], lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ADescriptionShowsHowFarTheGroupIs()
    {
        (string topic, string group) = await TenLinesAsync(partitions: 1);
        await ConsumeAsync(topic, group, "--max", "4");
        Assert.Equal(
            $"group     {group}\nstate     Empty\nprotocol  -\nmembers   0\n\n" +
            $"{"TOPIC".PadRight(topic.Length)}  PARTITION  COMMITTED  END  LAG  MEMBER\n{topic}          0          4   10    6  -\n",
            (await broker.RunAsync("group", "describe", group)).Succeeded().Text);
        Assert.Contains(group, (await broker.RunAsync("group", "list")).Succeeded().Text, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse((await broker.RunAsync("group", "describe", group, "--json")).Succeeded().Text);
        JsonElement partition = json.RootElement.GetProperty("partitions")[0];
        Assert.Equal(6, partition.GetProperty("lag").GetInt64());
    }

    [Theory]
    [InlineData("0 1 2 3 4 5 6 7 8 9", "--to-earliest")]
    [InlineData("", "--to-latest")]
    [InlineData("7 8 9", "--to-offset", "7")]
    [InlineData("", "--to-offset", "700")]
    [InlineData("3 4 5 6 7 8 9", "--shift-by", "-2")]
    [InlineData("0 1 2 3 4 5 6 7 8 9", "--shift-by", "-200")]
    [InlineData("8 9", "--shift-by", "3")]
    [InlineData("0 1 2 3 4 5 6 7 8 9", "--to-time", "1970-01-01")]
    [InlineData("", "--to-time", "2999-12-31T00:00:00Z")]
    [InlineData("5 6 7 8 9", "--to-earliest", "--dry-run")]
    public async Task AGroupIsMoved(string expected, params string[] target)
    {
        (string topic, string group) = await TenLinesAsync(partitions: 1);
        await ConsumeAsync(topic, group, "--max", "5");
        string text = (await broker.RunAsync(["group", "reset-offsets", group, "--topic", topic, .. target])).Succeeded().Text;
        Assert.Contains($"\n{topic}          0       5 ", text, StringComparison.Ordinal);
        Assert.Equal(expected, await ConsumeAsync(topic, group));
    }

    [Fact]
    public async Task OnlyTheNamedPartitionsAreMoved()
    {
        string topic = await broker.CreateTopicAsync(partitions: 3);
        string group = broker.NewName();
        for (int partition = 0; partition < 3; partition++)
            await broker.ProduceAsync(topic, $"{partition}\n", "--partition", partition.ToString());
        await ConsumeAsync(topic, group);
        (await broker.RunAsync("group", "reset-offsets", group, "--topic", $"{topic}:0,2", "--to-earliest")).Succeeded();
        CommandResult again = await broker.ConsumeAsync(topic, "--group", group);
        Assert.Equal(["0", "2"], again.Lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AGroupWithMembersIsNeitherMovedNorDeleted()
    {
        (string topic, string group) = await TenLinesAsync(partitions: 1);
        await using RunningCommand member = StartMember(topic, group);
        Assert.Equal("0", await member.Output.ReadLineAsync());
        (await broker.RunAsync("group", "reset-offsets", group, "--topic", topic, "--to-earliest"))
            .FailedWith(4, $"group '{group}' has 1 member");
        (await broker.RunAsync("group", "delete", group)).FailedWith(4, "the group has members; stop its consumers first");
        member.Interrupt();
        await member.FinishedAsync();
        Assert.Equal($"deleted group {group}\n", (await broker.RunAsync("group", "delete", group)).Succeeded().Text);
        (await broker.RunAsync("group", "describe", group)).FailedWith(3, $"there is no group '{group}'");
    }

    private async Task<(string Topic, string Group)> TenLinesAsync(int partitions)
    {
        string topic = await broker.CreateTopicAsync(partitions);
        await broker.ProduceAsync(topic, string.Concat(Enumerable.Range(0, 10).Select(number => $"{number}\n")));
        return (topic, broker.NewName());
    }

    private async Task<string> ConsumeAsync(string topic, string group, params string[] options) =>
        string.Join(' ', (await broker.ConsumeAsync(topic, ["--group", group, .. options])).Lines);

    // A member that is killed is missed after its session's time only.
    private RunningCommand StartMember(string topic, string group) => broker.Start(
        "consume", topic, "--group", group, "--follow", "--client-set", "session.timeout.ms=6000",
        "--client-set", "heartbeat.interval.ms=500");

    private async Task ConsumeAllAsync(RunningCommand consume, string topic)
    {
        await broker.ProduceAsync(topic, "late\n");
        Assert.Equal("late", await consume.Output.ReadLineAsync());
    }

    private static long? Committed(JsonElement partition) =>
        partition.GetProperty("committed") is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;

    /// <summary>Asks until the group is stable with so many members.</summary>
    private async Task MembersAsync(string group, int count)
    {
        while (true)
        {
            CommandResult result = await broker.RunAsync("group", "describe", group, "--json");
            if (result.ExitCode != 0) continue; // Nobody has joined yet.
            using JsonDocument json = JsonDocument.Parse(result.Text);
            if (json.RootElement.GetProperty("state").GetString() == "Stable" &&
                json.RootElement.GetProperty("members").GetArrayLength() == count) return;
        }
    }

    private async Task WaitForAsync(string group, Func<JsonElement, bool> condition)
    {
        while (true)
        {
            using JsonDocument json = await DescribeAsync(group);
            if (json.RootElement.GetProperty("partitions").EnumerateArray().Any(condition)) return;
        }
    }

    /// <summary>Asks until so many members have a partition.</summary>
    private async Task WaitForAsync(string group, int members)
    {
        while (true)
        {
            using JsonDocument json = await DescribeAsync(group);
            int owners = json.RootElement.GetProperty("partitions").EnumerateArray()
                .Select(partition => partition.GetProperty("member").GetString()).OfType<string>().Distinct().Count();
            if (owners == members) return;
        }
    }

    private async Task<JsonDocument> DescribeAsync(string group) =>
        JsonDocument.Parse((await broker.RunAsync("group", "describe", group, "--json")).Succeeded().Text);
}
