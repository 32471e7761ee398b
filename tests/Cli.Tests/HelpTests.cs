namespace LogStore.Cli.Tests;

/// <summary>Every command explains itself.</summary>
public sealed class HelpTests
{
    public static TheoryData<string> Commands =>
    [
        "", "topic", "topic create", "topic list", "topic describe", "topic alter", "topic delete", "produce", "consume",
        "log", "log dump", "log verify", "log repair", "bench", "bench append", "bench read", "rdma", "rdma devices", "rdma ping",
        "rdma bw", "group", "group list", "group describe", "group reset-offsets", "group delete", "acl", "acl add",
        "acl remove", "acl list", "user", "user add", "user remove", "user list", "broker",
        "cluster", "cluster status", "cluster reassign", "cluster elect", "cluster local",
        "sink", "sink sqlite", "sink verify", "demo",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task HelpNamesTheCommandAsItIsTyped(string command)
    {
        string[] words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await using RunningCommand help = new([.. words, "--help"]);
        CommandResult result = (await help.FinishAsync()).Succeeded();
        Assert.Empty(result.Error);
        Assert.Contains($"Usage:\n  {string.Join(' ', ["logstore", .. words])} ", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("LogStore.Cli", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoArgumentsShowTheHelp()
    {
        await using RunningCommand alone = new([]);
        Assert.Contains("Exit codes:", (await alone.FinishAsync()).Succeeded().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheVersionIsOneLine()
    {
        await using RunningCommand version = new(["--version"]);
        Assert.Matches(@"^logstore \d+\.\d+\.\d+\S*\n$", (await version.FinishAsync()).Succeeded().Text);
    }
}
