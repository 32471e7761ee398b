namespace LogStore.Cli.Tests;

/// <summary>Mistakes: each gets one line that says what and what to do, its exit code, and leaves everything as it was.</summary>
public sealed class BadInputTests(BadInputTests.TwoRecords stored) : IClassFixture<BadInputTests.TwoRecords>
{
    private static readonly string LongName = new('x', 300);

    public static TheoryData<int, string, string[]> Mistakes => new()
    {
        { 2, "A topic name must not be empty", ["topic", "create", ""] },
        { 2, "has the character '/'", ["topic", "create", "../x"] },
        { 2, "'..' is not allowed", ["topic", "create", ".."] },
        { 2, "has 300 characters; at most 249", ["topic", "create", LongName] },
        { 2, "has the character 'ä'", ["topic", "create", "ä"] },
        { 2, "has the character", ["topic", "create", "two\nlines"] },
        { 2, "exists already", ["topic", "create", "t"] },
        { 2, "--partitions takes a whole number, 1 to 10000, not '0'", ["topic", "create", "x", "--partitions", "0"] },
        { 2, "not '-1'", ["topic", "create", "x", "--partitions", "-1"] },
        { 2, "not '10001'", ["topic", "create", "x", "--partitions", "10001"] },
        { 2, "not 'many'", ["topic", "create", "x", "--partitions", "many"] },
        { 2, "there is no such setting; known are cleanup.policy", ["topic", "create", "x", "--config", "colour=blue"] },
        { 2, "'soon' is not a whole number", ["topic", "create", "x", "--config", "retention.ms=soon"] },
        { 2, "-2 is below the least value", ["topic", "create", "x", "--config", "retention.ms=-2"] },
        { 2, "--config takes key=value", ["topic", "create", "x", "--config", "retention.ms"] },
        { 2, "there is no such setting", ["topic", "alter", "t", "--config", "colour=blue"] },
        { 2, "nothing to change", ["topic", "alter", "t"] },
        { 2, "partitions can only be added", ["topic", "alter", "t", "--partitions", "1"] },
        { 3, "There is no topic 'nope'", ["topic", "alter", "nope", "--partitions", "9"] },
        { 3, "There is no topic 'nope'", ["topic", "describe", "nope"] },
        { 3, "There is no topic 'nope'", ["topic", "delete", "nope"] },
        { 3, "There is no topic '../x'", ["topic", "delete", "../x"] },
        { 3, "There is no topic 'nope'; create it with: logstore topic create nope", ["produce", "nope"] },
        { 3, "has no partition 9", ["produce", "t", "--partition", "9"] },
        { 2, "--partition takes a whole number, 0 or more, not '-1'", ["produce", "t", "--partition", "-1"] },
        { 2, "--acks takes appended|flushed|none|all|1|0, not 'most'", ["produce", "t", "--acks", "most"] },
        { 2, "--compression takes none|gzip|snappy|lz4|zstd, not 'rar'", ["produce", "t", "--compression", "rar"] },
        { 2, "--header takes key=value", ["produce", "t", "--header", "x"] },
        { 2, "--batch-bytes takes a whole number", ["produce", "t", "--batch-bytes", "0"] },
        { 2, "--linger-ms takes a whole number", ["produce", "t", "--linger-ms", "-5"] },
        { 2, "--key-separator must not be empty", ["produce", "t", "--key-separator", ""] },
        { 2, @"unknown escape '\q'", ["produce", "t", "--key-separator", @"\q"] },
        { 3, "there is no file '/no/such/file'", ["produce", "t", "--file", "/no/such/file"] },
        { 2, "is a directory", ["produce", "t", "--file", "/"] },
        { 3, "There is no topic 'nope'", ["consume", "nope"] },
        { 3, "There is no topic ''", ["consume", ""] },
        { 3, "has no partition 1", ["consume", "t", "--partition", "1"] },
        { 3, "Offset 3 is out of range: the log holds [0, 2)", ["consume", "t", "--from", "3"] },
        { 3, "Offset 3 is out of range", ["consume", "t", "--from", "3", "--follow"] },
        { 2, "--from takes earliest, latest, an offset or @TIME, not '-1'", ["consume", "t", "--from", "-1"] },
        { 2, "--from takes", ["consume", "t", "--from", "yesterday"] },
        { 2, "--from takes", ["consume", "t", "--from", "@noon"] },
        { 2, "--from takes", ["consume", "t", "--from", "99999999999999999999"] },
        { 2, "--max takes a whole number", ["consume", "t", "--max", "-1"] },
        { 2, "unknown token '%q'", ["consume", "t", "--format", "%q"] },
        { 2, "unknown token '%'", ["consume", "t", "--format", "100%"] },
        { 2, "exclude each other", ["consume", "t", "--format", "%s", "--json"] },
        { 3, "there is no file '/no/such.log'", ["log", "dump", "/no/such.log"] },
        { 2, "is not a file of a partition", ["log", "dump", "/etc/passwd"] },
        { 2, "is not a file of a partition", ["log", "dump", "/"] },
        { 3, "There is no topic 'nope'", ["log", "verify", "--topic", "nope"] },
        { 3, "has no partition 4", ["log", "repair", "--topic", "t", "--partition", "4"] },
        { 2, "Option '--topic' is required", ["log", "repair", "--partition", "0"] },
        { 2, "--threads takes a whole number", ["bench", "append", "--threads", "0"] },
        { 2, "unknown command or argument 'frobnicate'; see: logstore --help", ["frobnicate"] },
        { 2, "see: logstore topic --help", ["topic"] },
        { 2, "see: logstore produce --help", ["produce"] },
        { 2, "unknown command or argument '--frobnicate'; see: logstore consume --help", ["consume", "t", "--frobnicate"] },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task AMistakeIsExplainedInOneLine(int exitCode, string message, string[] arguments)
    {
        Dictionary<string, string> before = stored.Snapshot();
        (await stored.Data.RunWithInputAsync("input\n", arguments)).FailedWith(exitCode, message);
        Assert.Equal(before, stored.Snapshot());
    }

    [Theory]
    [InlineData("topic", "list")]
    [InlineData("topic", "describe", "t")]
    [InlineData("topic", "alter", "t", "--partitions", "2")]
    [InlineData("topic", "delete", "t")]
    [InlineData("produce", "t")]
    [InlineData("consume", "t")]
    [InlineData("log", "verify")]
    public async Task AMissingDataDirectoryIsNotMadeByAccident(params string[] arguments)
    {
        using DataFixture data = new();
        (await data.RunAsync(arguments)).FailedWith(3, "is not there; name the data directory with --data DIR or LOGSTORE_DATA");
        Assert.False(Directory.Exists(data.Data));
    }

    [Fact]
    public async Task AnEmptyDataDirectoryIsRefused()
    {
        await using RunningCommand list = new(["topic", "list", "--data", ""]);
        (await list.FinishAsync()).FailedWith(2, "--data takes a path, not an empty text");
    }

    [Fact]
    public async Task AMistakenTopicLeavesNoDataDirectoryBehind()
    {
        using DataFixture data = new();
        (await data.RunAsync("topic", "create", "../x")).FailedWith(2, "has the character");
        (await data.RunAsync("topic", "create", "x", "--config", "a=b")).FailedWith(2, "there is no such setting");
        Assert.False(Directory.Exists(data.Data));
    }

    [Fact]
    public async Task AFileInPlaceOfTheDataDirectoryIsExplained()
    {
        using DataFixture data = new();
        await File.WriteAllTextAsync(data.Data, "not a directory");
        (await data.RunAsync("topic", "create", "x")).FailedWith(1, $"cannot use '{data.Data}' as data directory");
        (await data.RunAsync("topic", "list")).FailedWith(3, "is a file, not a data directory");
        Assert.Equal("not a directory", await File.ReadAllTextAsync(data.Data));
    }

    [Fact]
    public async Task AReadOnlyPlaceIsExplained()
    {
        // Read-only for everybody, the superuser included: the kernel's own file system.
        await using RunningCommand create = new(["topic", "create", "x", "--data", "/proc/logstore"]);
        (await create.FinishAsync()).FailedWith(1, "cannot use '/proc/logstore' as data directory");
    }

    [Fact]
    public async Task ADamagedCatalogIsNamed()
    {
        using DataFixture data = new();
        await data.CreateTopicAsync();
        await File.WriteAllTextAsync(Path.Combine(data.Data, "topics.json"), "{");
        (await data.RunAsync("topic", "list")).FailedWith(5, "topics.json' is damaged");
    }

    /// <summary>A topic with two records, for tests that must leave them alone.</summary>
    public sealed class TwoRecords : IAsyncLifetime
    {
        internal DataFixture Data { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await Data.CreateTopicAsync();
            await Data.ProduceAsync("kept\nkept too\n");
        }

        public ValueTask DisposeAsync()
        {
            Data.Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>Every file and its content, but for the locks, which name their last holder.</summary>
        internal Dictionary<string, string> Snapshot() =>
            Directory.EnumerateFiles(Data.Data, "*", SearchOption.AllDirectories)
                .Where(path => Path.GetFileName(path) != ".lock")
                .ToDictionary(path => path, path => Convert.ToHexString(File.ReadAllBytes(path)));
    }
}
