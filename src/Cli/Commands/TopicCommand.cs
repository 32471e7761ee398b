using System.CommandLine;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Output;
using LogStore.Cli.Topics;
using LogStore.Topics;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore topic</c>: create, list, describe, alter, delete.</summary>
internal static class TopicCommand
{
    private static readonly Argument<string> Name = new("NAME")
    {
        Description = $"The topic: letters, digits, '.', '_' and '-', at most {TopicName.MaxLength}",
    };

    private static readonly Option<int?> Partitions =
        CommonOptions.Number("--partitions", "How many partitions", "N", 1, Topic.MaxPartitions);

    private static readonly Option<KeyValuePair<string, string>[]> Config =
        CommonOptions.Pairs("--config", "A setting by Kafka's name; may be repeated");

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON" };

    private static readonly string Settings = $"Settings: {string.Join(", ", LogConfigKeys.Names)}.\nA setting that is not " +
        "given has Kafka's default; preallocate is true here.";

    public static Command Create()
    {
        CliCommand command = new("topic", "Make, list, change and delete topics");
        foreach (Command subcommand in (Command[])[CreateCreate(), CreateList(), CreateDescribe(), CreateAlter(), CreateDelete()])
            command.Subcommands.Add(subcommand);
        return command;
    }

    private static CliCommand CreateCreate()
    {
        CliCommand command = new("create", "Make a topic, and the data directory where there is none")
        {
            Notes = Settings,
            Examples = "logstore topic create words --partitions 3\n" +
                "logstore topic create audit --partitions 1 --config retention.ms=-1 --config flush.messages=1",
        };
        Option<int?> partitions = CommonOptions.Number(
            "--partitions", "How many partitions (default: 1)", "N", 1, Topic.MaxPartitions);
        command.Arguments.Add(Name);
        command.Options.Add(partitions);
        command.Options.Add(Config);
        command.SetAction(async parsed =>
        {
            // Checked first: a mistake must not leave an empty data directory behind.
            string name = TopicName.Validate(parsed.GetRequiredValue(Name));
            LogConfig config = TopicConfig.With(LogConfig.Default, parsed.GetRequiredValue(Config));
            await using DataDirectory directory =
                await DataLocation.OpenAsync(CommonOptions.DataDirectory(parsed), create: true);
            Topic topic = await directory.CreateTopicAsync(name, parsed.GetValue(partitions) ?? 1, config);
            Console.WriteLine($"created topic {topic.Name} with {Quantity.Count(topic.PartitionCount, "partition")}");
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateList()
    {
        CliCommand command = new("list", "List all topics") { Examples = "logstore topic list\nlogstore topic list --json" };
        command.Options.Add(Json);
        command.SetAction(parsed =>
        {
            IReadOnlyList<Topic> topics = DataLocation.OpenReadOnly(CommonOptions.DataDirectory(parsed)).ReadTopics();
            Print(parsed.GetValue(Json), TopicReport.ListAsText(topics), output => TopicReport.WriteListAsJson(output, topics));
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateDescribe()
    {
        CliCommand command = new("describe", "Show a topic's settings, and each partition's offsets, size and segments")
        {
            Examples = "logstore topic describe words",
        };
        command.Arguments.Add(Name);
        command.Options.Add(Json);
        command.SetAction(async parsed =>
        {
            ReadOnlyDataDirectory directory = DataLocation.OpenReadOnly(CommonOptions.DataDirectory(parsed));
            Topic topic = directory.GetTopic(parsed.GetRequiredValue(Name));
            List<PartitionStatus> partitions = await PartitionStatus.ReadAllAsync(directory, topic);
            Print(parsed.GetValue(Json), TopicReport.DescribeAsText(topic, partitions),
                output => TopicReport.WriteDescriptionAsJson(output, topic, partitions));
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateAlter()
    {
        CliCommand command = new("alter", "Change a topic's settings, or give it more partitions")
        {
            Notes = Settings + "\nMore partitions send keys elsewhere than before; fewer are not possible.",
            Examples = "logstore topic alter words --config retention.bytes=1000000000\nlogstore topic alter words --partitions 6",
        };
        command.Arguments.Add(Name);
        command.Options.Add(Partitions);
        command.Options.Add(Config);
        command.SetAction(async parsed =>
        {
            string name = parsed.GetRequiredValue(Name);
            KeyValuePair<string, string>[] settings = parsed.GetRequiredValue(Config);
            int? partitions = parsed.GetValue(Partitions);
            if (settings.Length == 0 && partitions is null)
                throw new UserErrorException("nothing to change: give --config k=v or --partitions N", ExitCode.Usage);
            await using DataDirectory directory =
                await DataLocation.OpenAsync(CommonOptions.DataDirectory(parsed), create: false);
            LogConfig config = TopicConfig.With(directory.GetTopic(name).Config, settings);
            if (partitions is { } count) await directory.AddPartitionsAsync(name, count);
            Topic topic = await directory.AlterTopicAsync(name, config);
            Console.WriteLine($"altered topic {name}: {Quantity.Count(topic.PartitionCount, "partition")}, " +
                $"config {TopicConfig.Describe(topic.Config)}");
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateDelete()
    {
        CliCommand command = new("delete", "Delete a topic and all its records, without asking")
        {
            Examples = "logstore topic delete words",
        };
        command.Arguments.Add(Name);
        command.SetAction(async parsed =>
        {
            string name = parsed.GetRequiredValue(Name);
            await using DataDirectory directory =
                await DataLocation.OpenAsync(CommonOptions.DataDirectory(parsed), create: false);
            await directory.DeleteTopicAsync(name);
            Console.WriteLine($"deleted topic {name}");
            return ExitCode.Success;
        });
        return command;
    }

    private static void Print(bool asJson, string text, Action<StandardOutput> writeJson)
    {
        StandardOutput output = new();
        if (asJson)
        {
            writeJson(output);
            output.Write((byte)'\n');
        }
        else
        {
            output.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }

        output.Flush();
    }
}
