namespace LogStore.Cli.Tests.Cluster;

/// <summary>Mistakes with brokers: each gets one line that says what and what to do, and its exit code.</summary>
public sealed class ClusterBadInputTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    public static TheoryData<int, string, string[]> Mistakes => new()
    {
        { 2, "A topic name must not be empty", ["topic", "create", ""] },
        { 2, "has the character '/'", ["topic", "create", "../x"] },
        { 2, "there is no such setting", ["topic", "create", "x", "--config", "colour=blue"] },
        { 2, "nothing to change", ["topic", "alter", "nope"] },
        { 3, "There is no topic 'nope'", ["topic", "alter", "nope", "--partitions", "9"] },
        { 3, "There is no topic 'nope'", ["topic", "describe", "nope"] },
        { 3, "There is no topic 'nope'", ["topic", "delete", "nope"] },
        { 3, "There is no topic 'nope'; create it with: logstore topic create nope", ["produce", "nope"] },
        { 3, "There is no topic 'nope'", ["consume", "nope"] },
        { 3, "There is no topic 'nope'", ["consume", "nope", "--group", "g"] },
        { 3, "There is no topic 'nope'", ["group", "reset-offsets", "g", "--topic", "nope", "--to-latest"] },
        { 3, "there is no group 'nope'", ["group", "describe", "nope"] },
        { 3, "there is no such group", ["group", "delete", "nope"] },
        { 2, "give one of --to-earliest", ["group", "reset-offsets", "g", "--topic", "t"] },
        { 2, "give one of --to-earliest", ["group", "reset-offsets", "g", "--topic", "t", "--to-latest", "--to-earliest"] },
        { 2, "--topic takes TOPIC or TOPIC:N,N, not 't:x'", ["group", "reset-offsets", "g", "--topic", "t:x", "--to-latest"] },
        { 2, "--to-time takes a time", ["group", "reset-offsets", "g", "--topic", "t", "--to-time", "noon"] },
        { 2, "Option '--topic' is required", ["group", "reset-offsets", "g", "--to-latest"] },
        { 2, "--partition and --group exclude each other", ["consume", "t", "--group", "g", "--partition", "0"] },
        { 2, "--from with --group takes earliest or latest", ["consume", "t", "--group", "g", "--from", "5"] },
        { 2, "--no-commit goes with --group", ["consume", "t", "--no-commit"] },
        { 2, "--group takes a name", ["consume", "t", "--group", ""] },
        { 2, "--idempotent takes --acks all", ["produce", "t", "--idempotent", "--acks", "1"] },
        { 2, "did you mean security.protocol?", ["topic", "list", "--client-set", "security.protocl=ssl"] },
        { 2, "is none of plaintext, ssl", ["topic", "list", "--client-set", "security.protocol=tls"] },
        { 2, "--client-set takes key=value", ["topic", "list", "--client-set", "security.protocol"] },
        { 3, "there is no file '/no/such/file' of client settings", ["topic", "list", "--client-config", "/no/such/file"] },
        { 2, "--data names a directory and --bootstrap-server a cluster", ["topic", "list", "--data", "x"] },
        { 2, "this works through brokers only", ["group", "list", "--data", "x"] },
        { 2, "--allow-principal takes User:NAME", ["acl", "add", "--allow-principal", "alice", "--topic", "t"] },
        { 2, "say who", ["acl", "add", "--topic", "t"] },
        { 2, "say on what", ["acl", "add", "--allow-principal", "User:alice"] },
        { 2, "--operation takes all|read", ["acl", "add", "--allow-principal", "User:a", "--topic", "t", "--operation", "fly"] },
        { 2, "say which rules", ["acl", "remove"] },
        { 2, "see: logstore group --help", ["group"] },
        { 2, "see: logstore acl --help", ["acl"] },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task AMistakeIsExplainedInOneLine(int exitCode, string message, string[] arguments) =>
        (await broker.RunWithInputAsync("input\n", arguments)).FailedWith(exitCode, message);

    [Theory]
    [InlineData("topic", "list")]
    [InlineData("produce", "t")]
    [InlineData("consume", "t")]
    [InlineData("consume", "t", "--group", "g")]
    [InlineData("group", "list")]
    [InlineData("acl", "list")]
    public async Task ABrokerThatIsNotThereIsNamedAtOnce(params string[] arguments)
    {
        await using RunningCommand command = new([.. arguments, "--bootstrap-server", "127.0.0.1:1"]);
        (await command.FinishAsync()).FailedWith(1, "no broker answers at 127.0.0.1:1: Connection refused");
    }

    [Theory]
    [InlineData("", "name at least one broker")]
    [InlineData("host:port", "has no port between 1 and 65535")]
    public async Task AnAddressThatIsNoneIsExplained(string address, string message)
    {
        await using RunningCommand command = new(["topic", "list", "--bootstrap-server", address]);
        (await command.FinishAsync()).FailedWith(2, message);
    }

    [Fact]
    public async Task AGroupTakesABroker()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        (await data.RunAsync("consume", "t", "--group", "g")).FailedWith(2, "--group works through brokers only");
    }
}
