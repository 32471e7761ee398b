using System.CommandLine;
using LogStore.Cli.CommandLine;
using LogStore.Sinks.Sqlite;

namespace LogStore.Cli.Sinks;

/// <summary>The options that <c>sink sqlite</c> and <c>sink verify</c> share, as both need the same mapping.</summary>
internal static class SinkOptions
{
    public const string Notes = """
        --key, --add and --set take COLUMN=SOURCE, or just NAME for both. A source is a member of the value's JSON (amount,
        $.payment.amount), of the key's (key:$.id), header:NAME, @key, @value, @topic, @partition, @offset or @timestamp; with ?
        behind it, it may be missing. --mapping FILE says the same in JSON, and can hold any statement: see docs/SINK.md.

        --mode offset keeps each partition's offset in the database, in the transaction of its records. --mode message-id keeps
        the last number (--id) of each partition and producer (--producer); a lower or equal one is a duplicate. --mode seen-ids
        keeps the ids of the last records, in any order.

        A record that cannot be applied stops the sink, unless --dead-letter-table or --dead-letter-topic sets it aside.
        """;

    private static readonly Option<string> Topic = new("--topic")
    {
        Description = "The topic",
        HelpName = "T",
        Required = true,
    };

    private static readonly Option<string> Database = new("--db")
    {
        Description = "The database's file",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<string?> Table = new("--table") { Description = "The table", HelpName = "TABLE" };

    private static readonly Option<string[]> Key = Many("--key", "A column of the row's key, and its source");

    private static readonly Option<string[]> Add = Many("--add", "A column to add to, and its source");

    private static readonly Option<string[]> Set = Many("--set", "A column to set, and its source");

    private static readonly Option<string?> MappingFile = new("--mapping")
    {
        Description = "A JSON file in place of --table, --key, --add, --set, --id and --producer",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Name = new("--name")
    {
        Description = "The name of the sink's progress in the database (default: the table's)",
        HelpName = "NAME",
    };

    private static readonly Option<SinkMode?> Mode = CommonOptions.Choice(
        "--mode", "How duplicates are told",
        ("offset", SinkMode.Offset), ("message-id", SinkMode.MessageId), ("seen-ids", SinkMode.SeenIds));

    private static readonly Option<string?> Id = new("--id") { Description = "The source of ids (default: id)", HelpName = "SOURCE" };

    private static readonly Option<string?> Producer = new("--producer")
    {
        Description = "The source of the name of who has numbered the records",
        HelpName = "SOURCE",
    };

    private static readonly Option<bool> Create = new("--create")
    {
        Description = "Make the file and the tables that are not there",
    };

    private static readonly Option<bool> DeadLetterTable = new("--dead-letter-table")
    {
        Description = "Set records that cannot be applied aside in the table logstore_sink_dead_letters",
    };

    private static readonly Option<string?> DeadLetterTopic = new("--dead-letter-topic")
    {
        Description = "Send records that cannot be applied to this topic (through brokers only)",
        HelpName = "T",
    };

    private static readonly Option<int?> Records =
        CommonOptions.Number("--batch-records", "The most records of a transaction (default: 1000)", "N", 1, 1_000_000);

    private static readonly Option<long?> SeenRecords = CommonOptions.LongNumber(
        "--seen-records", "How many records back ids are remembered, in each partition (default: 1000000)", "N", 1, long.MaxValue / 2);

    private static readonly Option<int?> BusyTimeout = CommonOptions.Number(
        "--busy-timeout-ms", "How long to wait for a lock on the database (default: 30000)", "MS", 0, int.MaxValue);

    private static readonly Option<bool> TakeOver = new("--take-over")
    {
        Description = "Take partitions that the database says are another group's, or a later generation's",
    };

    /// <summary>Gives a command these options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="isSink">Whether it writes.</param>
    public static void AddTo(Command command, bool isSink)
    {
        foreach (Option option in (Option[])[Topic, Database, Table, Key, Add, Set, MappingFile, Name, Id, Producer])
            command.Options.Add(option);
        if (!isSink) return;
        foreach (Option option in (Option[])
            [Mode, Create, DeadLetterTable, DeadLetterTopic, Records, SeenRecords, BusyTimeout, TakeOver])
            command.Options.Add(option);
    }

    /// <summary>What a command line asks for.</summary>
    public static SqliteSinkOptions Read(ParseResult parsed)
    {
        string? letters = parsed.GetValue(DeadLetterTopic);
        bool isTable = parsed.GetValue(DeadLetterTable);
        if (letters is not null && isTable)
            throw new UserErrorException("--dead-letter-table and --dead-letter-topic exclude each other", ExitCode.Usage);
        return new SqliteSinkOptions
        {
            Topic = parsed.GetRequiredValue(Topic),
            Database = parsed.GetRequiredValue(Database),
            Mapping = ReadMapping(parsed),
            Name = parsed.GetValue(Name),
            Mode = parsed.GetValue(Mode) ?? SinkMode.Offset,
            Create = parsed.GetValue(Create),
            Unusable = letters is not null ? UnusableRecords.DeadLetterTopic
                : isTable ? UnusableRecords.DeadLetterTable : UnusableRecords.Stop,
            DeadLetterTopic = letters,
            TransactionRecords = parsed.GetValue(Records) ?? 1000,
            SeenRecords = parsed.GetValue(SeenRecords) ?? 1_000_000,
            BusyTimeout = TimeSpan.FromMilliseconds(parsed.GetValue(BusyTimeout) ?? 30_000),
            TakeOver = parsed.GetValue(TakeOver),
        };
    }

    private static RecordMapping ReadMapping(ParseResult parsed)
    {
        if (parsed.GetValue(MappingFile) is { } file)
        {
            if (((Option[])[Table, Key, Add, Set, Id, Producer]).Any(option => parsed.GetResult(option) is { Implicit: false }))
                throw new UserErrorException(
                    "--mapping says all of --table, --key, --add, --set, --id and --producer: give one or the other", ExitCode.Usage);
            return RecordMapping.Load(file);
        }

        if (parsed.GetValue(Table) is not { } table)
            throw new UserErrorException("name the table with --table, or a mapping file with --mapping", ExitCode.Usage);
        string[] add = parsed.GetValue(Add) ?? [];
        string[] set = parsed.GetValue(Set) ?? [];
        if (add.Length > 0 && set.Length > 0)
            throw new UserErrorException("--add and --set exclude each other: for both, give a statement with --mapping", ExitCode.Usage);
        return new RecordMapping
        {
            Table = table,
            Statement = add.Length > 0 ? StatementKind.UpsertAdd : StatementKind.UpsertSet,
            Key = Pairs(parsed.GetValue(Key) ?? []),
            Columns = Pairs(add.Length > 0 ? add : set),
            Id = parsed.GetValue(Id) ?? "id",
            Producer = parsed.GetValue(Producer),
        };
    }

    private static Dictionary<string, string> Pairs(string[] texts)
    {
        Dictionary<string, string> pairs = [];
        foreach (string text in texts)
        {
            string column = text.Split('=', 2)[0];
            if (!pairs.TryAdd(column, text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..]))
                throw new UserErrorException($"column '{column}' is given two sources: give it one", ExitCode.Usage);
        }

        return pairs;
    }

    private static Option<string[]> Many(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "COLUMN=SOURCE",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };
}
