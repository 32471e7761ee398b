namespace LogStore.Cli.Tests.Cluster;

/// <summary>The life of <c>cluster local</c>.</summary>
public sealed class LocalClusterTests
{
    [Fact]
    public async Task ACtrlCStopsAllGracefullyAndTheNextRunHasTheirData()
    {
        using TemporaryDirectory directory = new();
        string[] arguments = ArgumentsFor(directory, brokers: 2);
        RunningCommand first = new(arguments);
        string servers = await LocalClusterFixture.ReadyAsync(first);
        await using (RunningCommand create = new(["topic", "create", "t", "--bootstrap-server", servers]))
            (await create.FinishAsync()).Succeeded();
        await using (RunningCommand produce = new(["produce", "t", "--bootstrap-server", servers]))
            (await produce.FinishAsync("kept\n"u8.ToArray())).Succeeded();
        (await LocalClusterFixture.StopAsync(first)).Succeeded();
        Assert.Empty(LocalClusterFixture.ProcessesOf(directory["cluster"]));

        RunningCommand second = new(arguments);
        await LocalClusterFixture.ReadyAsync(second);
        await using (RunningCommand consume = new(["consume", "t", "--bootstrap-server", servers]))
            Assert.Equal("kept\n", (await consume.FinishAsync()).Succeeded().Text);
        (await LocalClusterFixture.StopAsync(second)).Succeeded();
    }

    [Fact]
    public async Task WhenTheParentIsKilledNoBrokerStays()
    {
        using TemporaryDirectory directory = new();
        await using RunningCommand parent = new(ArgumentsFor(directory, brokers: 2));
        await LocalClusterFixture.ReadyAsync(parent);
        int[] brokers = LocalClusterFixture.ProcessesOf(directory["cluster"]);
        Assert.Equal(2, brokers.Length);
        parent.Kill();
        await parent.FinishedAsync();
        await Assert.AllAsync(brokers, EndAsync);
        Assert.Empty(LocalClusterFixture.ProcessesOf(directory["cluster"]));
    }

    [Fact]
    public async Task ABrokerThatEndsIsToldOfAndHowToHaveItBack()
    {
        using TemporaryDirectory directory = new();
        RunningCommand cluster = new(ArgumentsFor(directory, brokers: 2));
        await LocalClusterFixture.ReadyAsync(cluster);
        int id = Assert.Single(LocalClusterFixture.ProcessesOf(Path.Combine(directory["cluster"], "broker-2")));
        using (System.Diagnostics.Process broker = System.Diagnostics.Process.GetProcessById(id))
        {
            broker.Kill();
            await broker.WaitForExitAsync();
        }

        CommandResult result = (await LocalClusterFixture.StopAsync(cluster)).Succeeded();
        Assert.Contains($"broker 2 (process {id}) was ended by signal 9; to have it back: logstore broker --data ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("broker 1 (process", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--brokers takes a whole number, 1 to 99, not '0'", "--brokers", "0")]
    [InlineData("--port 65535 leaves no ports for 3 brokers", "--port", "65535")]
    public async Task AMistakeIsExplainedInOneLine(string message, params string[] arguments)
    {
        await using RunningCommand cluster = new(["cluster", "local", .. arguments]);
        (await cluster.FinishAsync()).FailedWith(2, message);
    }

    [Fact]
    public async Task ASingleBrokersDirectoryIsRefused()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        (await data.RunAsync("cluster", "local", "--port", $"{LocalClusterFixture.FindPorts(3)}"))
            .FailedWith(2, "holds the topics of one broker");
    }

    [Fact]
    public async Task ASettingThatNobodyKnowsEndsTheStart()
    {
        using TemporaryDirectory directory = new();
        await using RunningCommand cluster = new([.. ArgumentsFor(directory, brokers: 1), "--set", "colour=blue"]);
        (await cluster.FinishAsync()).FailedWith(2, "broker 1 did not start: ");
    }

    private static string[] ArgumentsFor(TemporaryDirectory directory, int brokers) =>
    [
        "cluster", "local", "--brokers", $"{brokers}", "--port", $"{LocalClusterFixture.FindPorts(brokers)}", "--data",
        directory["cluster"],
    ];

    private static async Task EndAsync(int processId)
    {
        try
        {
            using System.Diagnostics.Process process = System.Diagnostics.Process.GetProcessById(processId);
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }
    }
}
