using System.CommandLine;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Consuming;
using LogStore.Cli.Output;
using LogStore.Cli.Topics;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore consume</c>.</summary>
internal static class ConsumeCommand
{
    private static readonly Argument<string> Topic = CommonOptions.Topic("The topic to read");

    private static readonly Option<StartPosition?> From = new("--from")
    {
        Description = "Where to begin: earliest, latest, an offset, or @ and a time (ISO 8601, UTC unless it says " +
            "otherwise, or milliseconds since 1970) (default: earliest)",
        HelpName = "POSITION",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (StartPosition.TryParse(text) is { } position) return position;
            result.AddError($"--from takes earliest, latest, an offset or @TIME, not '{text}'");
            return null;
        },
    };

    private static readonly Option<int?> Partition = CommonOptions.Partition("Read this partition only");

    private static readonly Option<long?> Max =
        CommonOptions.LongNumber("--max", "Stop after this many records", "N", 0, long.MaxValue);

    private static readonly Option<bool> Follow = new("--follow") { Description = "At the end, wait for more until Ctrl+C" };

    private static readonly Option<string?> Group = new("--group")
    {
        Description = "Share the topic with the group's other members, and go on where it was (through brokers only)",
        HelpName = "GROUP",
    };

    private static readonly Option<bool> NoCommit = new("--no-commit")
    {
        Description = "Leave the group's offsets as they are",
    };

    private static readonly Option<string?> KeySeparator = new("--key-separator")
    {
        Description = "Write key and this before each value that has a key",
        HelpName = "S",
    };

    private static readonly Option<string?> Format = new("--format")
    {
        Description = "Write each record in this format, as in kcat (see below)",
        HelpName = "FMT",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Write each record as a JSON object in a line" };

    public static Command Create()
    {
        CliCommand command = new("consume", "Read a topic's records")
        {
            Notes = """
                By default each value is written with a newline behind it, which gives back a produced file byte for byte.
                Without --follow, partitions are read one after another, each to where it ended when it was opened. With
                --follow their records are merged as they come. It works while another process writes, and changes nothing.

                With --group the group's members divide the partitions; each begins at the group's committed offset or, where
                there is none, at --from earliest or latest. Records are committed once they are written out: after a crash
                the last ones may come again, and none is skipped. Without --follow it ends when its partitions are read.

                --format: %t topic, %p partition, %o offset, %k key, %s value, %K %S their lengths (-1: null),
                %T timestamp in milliseconds, %h headers (k=v,k=v), %% percent; \n \r \t \0 \\ \xHH bytes.
                --json: topic, partition, offset, tstype, ts, headers (keys and values in turn), key, payload; what is not
                UTF-8 is in base64, and the array base64 names the fields that are.

                """ + ClusterOptions.Notes,
            Examples = """
                logstore consume words > copy.txt
                logstore consume logs --follow --from latest
                logstore consume logs --from @2026-01-31T12:00:00Z --max 100
                logstore consume pairs --format '%p/%o %k = %s\n'
                logstore consume pairs --json | jq .payload
                logstore consume jobs --bootstrap-server 127.0.0.1:9092 --group workers --follow
                """,
        };
        command.Arguments.Add(Topic);
        foreach (Option option in (Option[])[From, Partition, Max, Follow, Group, NoCommit, KeySeparator, Format, Json])
            command.Options.Add(option);
        ClusterOptions.AddTo(command);
        command.SetAction(parsed => Interruption.RunAsync(async interruption =>
        {
            ConsumeOptions options = OptionsOf(parsed);
            RecordWriter writer = new(options, new StandardOutput());
            try
            {
                await RunAsync(parsed, options, writer, interruption.Token);
            }
            finally
            {
                writer.Flush();
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private static Task RunAsync(
        ParseResult parsed, ConsumeOptions options, RecordWriter writer, CancellationToken cancellationToken)
    {
        if (ClusterOptions.Find(parsed) is { } cluster)
        {
            return options.Group is null
                ? new ClusterConsumer(cluster, options, writer).RunAsync(cancellationToken)
                : new GroupConsumer(cluster, options, writer).RunAsync(cancellationToken);
        }

        if (options.Group is not null)
            throw new UserErrorException(
                "--group works through brokers only: give --bootstrap-server HOST:PORT", ExitCode.Usage);
        return new LocalConsumer(DataLocation.OpenReadOnly(CommonOptions.DataDirectory(parsed)), options, writer)
            .RunAsync(cancellationToken);
    }

    private static ConsumeOptions OptionsOf(ParseResult parsed)
    {
        string topic = parsed.GetRequiredValue(Topic);
        string? separator = parsed.GetValue(KeySeparator);
        string? format = parsed.GetValue(Format);
        bool json = parsed.GetValue(Json);
        if ((separator is null ? 0 : 1) + (format is null ? 0 : 1) + (json ? 1 : 0) > 1)
            throw new UserErrorException("--key-separator, --format and --json exclude each other: give one", ExitCode.Usage);
        CheckGroup(parsed);
        return new ConsumeOptions
        {
            Topic = topic,
            Group = parsed.GetValue(Group),
            Commit = !parsed.GetValue(NoCommit),
            Partition = parsed.GetValue(Partition),
            From = parsed.GetValue(From) ?? StartPosition.Earliest,
            Max = parsed.GetValue(Max) ?? long.MaxValue,
            Follow = parsed.GetValue(Follow),
            Formatter = json ? new JsonFormatter(topic)
                : format is not null ? new TemplateFormatter(format, topic)
                : new LineFormatter(separator is null ? null : Escapes.ToBytes(separator, "--key-separator")),
        };
    }

    private static void CheckGroup(ParseResult parsed)
    {
        if (parsed.GetValue(Group) is not { } group)
        {
            if (parsed.GetValue(NoCommit))
                throw new UserErrorException("--no-commit goes with --group", ExitCode.Usage);
            return;
        }

        if (group.Length == 0) throw new UserErrorException("--group takes a name, not an empty text", ExitCode.Usage);
        if (parsed.GetValue(Partition) is not null)
            throw new UserErrorException("--partition and --group exclude each other: a group divides all", ExitCode.Usage);
        if (parsed.GetValue(From) is { } from && from != StartPosition.Earliest && from != StartPosition.Latest)
            throw new UserErrorException(
                "--from with --group takes earliest or latest; move the group with: logstore group reset-offsets " +
                $"{group} --topic {parsed.GetRequiredValue(Topic)}", ExitCode.Usage);
    }
}
