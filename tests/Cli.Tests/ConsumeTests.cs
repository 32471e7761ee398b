using System.Text.Json;

namespace LogStore.Cli.Tests;

/// <summary>Where consume begins and ends, and how it writes records.</summary>
public sealed class ConsumeTests
{
    [Theory]
    [InlineData("earliest", "0 1 2 3 4")]
    [InlineData("latest", "")]
    [InlineData("3", "3 4")]
    [InlineData("5", "")]
    [InlineData("@0", "0 1 2 3 4")]
    [InlineData("@1970-01-01T00:00:00Z", "0 1 2 3 4")]
    [InlineData("@2999-12-31", "")]
    public async Task ItBeginsWhereItIsTold(string from, string expected)
    {
        using DataFixture data = await FiveLinesAsync();
        Assert.Equal(expected, string.Join(' ', (await data.ConsumeAsync("--from", from)).Lines));
    }

    [Fact]
    public async Task ATimeBetweenTwoRecordsFindsTheSecond()
    {
        using DataFixture data = await FiveLinesAsync();
        string[] times = (await data.ConsumeAsync("--format", "%T\\n")).Lines;
        long next = long.Parse(times[^1]) + 1;
        string after = next.ToString();
        SpinWait.SpinUntil(() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() >= next); // At most the millisecond it takes.
        await data.ProduceAsync("late\n");
        Assert.Equal("late\n", (await data.ConsumeAsync("--from", "@" + after)).Text);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("2", 2)]
    [InlineData("99", 5)]
    public async Task ItEndsAtTheMaximum(string max, int expected)
    {
        using DataFixture data = await FiveLinesAsync();
        Assert.Equal(expected, (await data.ConsumeAsync("--max", max)).Lines.Length);
    }

    [Fact]
    public async Task EveryTokenOfAFormatIsWritten()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        await data.ProduceAsync("key=some value\n", "--key-separator", "=", "--header", "a=1", "--header", "b=x=y");
        string text = (await data.ConsumeAsync("--format", @"%t|%p|%o|%k|%s|%K|%S|%h|%%|\x41\t\\\n")).Text;
        Assert.Equal("t|0|0|key|some value|3|10|a=1,b=x=y|%|A\t\\\n", text);
    }

    [Fact]
    public async Task JsonHasKcatsNamesAndNamesWhatIsBase64()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        await data.RunWithInputAsync([.. "k:"u8, 0xFF, .. "\nplain \"text\"\n"u8], "produce", "t", "--key-separator", ":", "--header", "h=1");
        string[] lines = (await data.ConsumeAsync("--json")).Lines;
        using JsonDocument binary = JsonDocument.Parse(lines[0]);
        using JsonDocument plain = JsonDocument.Parse(lines[1]);
        Assert.Equal("t", binary.RootElement.GetProperty("topic").GetString());
        Assert.Equal(0, binary.RootElement.GetProperty("partition").GetInt32());
        Assert.Equal(0, binary.RootElement.GetProperty("offset").GetInt64());
        Assert.Equal("create", binary.RootElement.GetProperty("tstype").GetString());
        Assert.True(binary.RootElement.GetProperty("ts").GetInt64() > 0);
        Assert.Equal(["h", "1"], binary.RootElement.GetProperty("headers").EnumerateArray().Select(item => item.GetString()));
        Assert.Equal("k", binary.RootElement.GetProperty("key").GetString());
        Assert.Equal([0xFF], binary.RootElement.GetProperty("payload").GetBytesFromBase64());
        Assert.Equal(["payload"], binary.RootElement.GetProperty("base64").EnumerateArray().Select(item => item.GetString()));
        Assert.Equal(JsonValueKind.Null, plain.RootElement.GetProperty("key").ValueKind);
        Assert.Equal("plain \"text\"", plain.RootElement.GetProperty("payload").GetString());
        Assert.False(plain.RootElement.TryGetProperty("base64", out _));
    }

    [Fact]
    public async Task AReaderThatStopsEndsItQuietly()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        await data.ProduceAsync(string.Concat(Enumerable.Range(0, 200_000).Select(number => $"line {number}\n")));
        await using RunningCommand consume = data.Start("consume", "t");
        Assert.Equal("line 0", await consume.Output.ReadLineAsync());
        consume.Output.Close();
        CommandResult result = await consume.FinishedAsync();
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task FollowingShowsWhatComesAndEndsQuietlyOnCtrlC()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync(partitions: 2);
        await data.ProduceAsync("before\n", "--partition", "0");
        await using RunningCommand consume = data.Start("consume", "t", "--follow");
        Assert.Equal("before", await consume.Output.ReadLineAsync());
        await data.ProduceAsync("after\n", "--partition", "0");
        Assert.Equal("after", await consume.Output.ReadLineAsync());
        await data.ProduceAsync("elsewhere\n", "--partition", "1"); // This one had never been written.
        Assert.Equal("elsewhere", await consume.Output.ReadLineAsync());
        consume.Interrupt();
        CommandResult result = await consume.FinishedAsync();
        Assert.Equal(130, result.ExitCode);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task FollowingEndsAtTheMaximum()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync(partitions: 2);
        await using RunningCommand consume = data.Start("consume", "t", "--follow", "--max", "3");
        await data.ProduceAsync("a\nb\n", "--partition", "1");
        await data.ProduceAsync("c\nd\n", "--partition", "0");
        Assert.Equal(3, (await consume.FinishAsync()).Succeeded().Lines.Length);
    }

    [Fact]
    public async Task ItReadsBesideARunningProducer()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        await using RunningCommand produce = data.Start("produce", "t", "--print-acks");
        await produce.Input.WriteAsync("first\n"u8.ToArray());
        await produce.Input.FlushAsync();
        Assert.Equal("0 0 0", await produce.Output.ReadLineAsync());
        Assert.Equal("first\n", (await data.ConsumeAsync()).Text);
        Assert.Contains("\n        0      0    1        1", (await data.RunAsync("topic", "describe", "t")).Succeeded().Text, StringComparison.Ordinal);
    }

    private static async Task<DataFixture> FiveLinesAsync()
    {
        DataFixture data = new();
        await data.CreateTopicAsync();
        await data.ProduceAsync("0\n1\n2\n3\n4\n");
        return data;
    }
}
