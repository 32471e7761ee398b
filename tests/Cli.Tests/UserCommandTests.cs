namespace LogStore.Cli.Tests;

/// <summary>user add, remove, list.</summary>
public sealed class UserCommandTests
{
    [Fact]
    public async Task UsersAreAddedListedAndRemovedAndNoPasswordIsKept()
    {
        using TemporaryDirectory directory = new();
        string file = directory["users.json"];
        Assert.Equal("added user bob\n", (await RunAsync("secret\n", "add", "bob", "--file", file)).Succeeded().Text);
        Assert.Equal("added user alice\n", (await RunAsync("other", "add", "alice", "--file", file)).Succeeded().Text);
        Assert.Equal("changed the password of user bob\n", (await RunAsync("secret2\n", "add", "bob", "--file", file)).Succeeded().Text);
        Assert.Equal("alice\nbob\n", (await RunAsync("", "list", "--file", file)).Succeeded().Text);
        Assert.DoesNotContain("secret", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.Equal("removed user bob\n", (await RunAsync("", "remove", "bob", "--file", file)).Succeeded().Text);
        (await RunAsync("", "remove", "bob", "--file", file)).FailedWith(3, "there is no user 'bob'");
    }

    [Fact]
    public async Task AnEmptyPasswordOrNameIsRefused()
    {
        using TemporaryDirectory directory = new();
        string file = directory["users.json"];
        (await RunAsync("\n", "add", "bob", "--file", file)).FailedWith(2, "the password must not be empty");
        (await RunAsync("x\n", "add", "", "--file", file)).FailedWith(2, "a user's name is not empty");
        Assert.False(File.Exists(file));
    }

    private static async Task<CommandResult> RunAsync(string input, params string[] arguments)
    {
        await using RunningCommand command = new(["user", .. arguments]);
        return await command.FinishAsync(System.Text.Encoding.UTF8.GetBytes(input));
    }
}
