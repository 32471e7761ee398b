namespace LogStore.Cli.Tests.Cluster;

/// <summary><c>demo</c>, which starts brokers of its own.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task ATextComesThroughWholeAlthoughItsLeaderIsKilled()
    {
        using TemporaryDirectory directory = new();
        // The last line has no newline.
        await File.WriteAllTextAsync(
            directory["text"], string.Join('\n', Enumerable.Range(0, 200_000).Select(i => $"{i}: what the log is to keep")));
        await using RunningCommand demo = new(["demo", "--file", directory["text"], "--data", directory["data"]]);
        string text = (await demo.FinishAsync()).Succeeded().Text;
        Assert.Contains("killed the leader with -9", text, StringComparison.Ordinal);
        Assert.Matches(@"leader changes +[1-9]", text);
        Assert.Matches("transport between brokers +(tcp|rdma)", text);
        Assert.Contains("Equal, byte for byte and in order.", text, StringComparison.Ordinal);
        Assert.Empty(LocalClusterFixture.ProcessesOf(directory["data"]));
    }

    [Fact]
    public async Task WhatItCannotUseIsSaid()
    {
        using TemporaryDirectory directory = new();
        await using (RunningCommand missing = new(["demo", "--file", directory["text"]]))
            (await missing.FinishAsync()).FailedWith(ExitCode.NotFound, "there is no file");
        await File.WriteAllTextAsync(directory["text"], "");
        await using (RunningCommand empty = new(["demo", "--file", directory["text"]]))
            (await empty.FinishAsync()).FailedWith(ExitCode.Usage, "is empty");
        await using (RunningCommand full = new(["demo", "--file", directory["text"], "--data", directory.Path]))
            (await full.FinishAsync()).FailedWith(ExitCode.Usage, "is not empty");
    }
}
