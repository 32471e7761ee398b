using System.CommandLine;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Output;
using LogStore.Cli.Topics;
using LogStore.Client;
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
        CliCommand command = new("topic", "Make, list, change and delete topics") { Notes = ClusterOptions.Notes };
        ClusterOptions.AddTo(command);
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
                "logstore topic create audit --partitions 1 --config retention.ms=-1 --config flush.messages=1\n" +
                "logstore topic create words --partitions 3 --replication-factor 3 --bootstrap-server 127.0.0.1:9092",
        };
        Option<int?> replicas = CommonOptions.Number(
            "--replication-factor", "How many replicas of each partition (default: the cluster's)", "N", 1, short.MaxValue);
        Option<int?> partitions = CommonOptions.Number(
            "--partitions", "How many partitions (default: 1; through brokers their num.partitions)", "N", 1,
            Topic.MaxPartitions);
        command.Arguments.Add(Name);
        command.Options.Add(partitions);
        command.Options.Add(replicas);
        command.Options.Add(Config);
        SetAction(command, async (parsed, topics, cancellationToken) =>
        {
            TopicSummary topic = await topics.CreateAsync(
                parsed.GetRequiredValue(Name), parsed.GetValue(partitions), parsed.GetValue(replicas),
                parsed.GetRequiredValue(Config), cancellationToken);
            Console.WriteLine($"created topic {topic.Name} with {Quantity.Count(topic.PartitionCount, "partition")}");
        });
        return command;
    }

    private static CliCommand CreateList()
    {
        CliCommand command = new("list", "List all topics") { Examples = "logstore topic list\nlogstore topic list --json" };
        command.Options.Add(Json);
        SetAction(command, async (parsed, topics, cancellationToken) =>
        {
            IReadOnlyList<TopicSummary> all = await topics.ListAsync(cancellationToken);
            Report.Print(
                parsed.GetValue(Json), () => TopicReport.ListAsText(all), json => TopicReport.WriteListAsJson(json, all));
        });
        return command;
    }

    private static CliCommand CreateDescribe()
    {
        CliCommand command = new("describe", "Show a topic's settings, and each partition's offsets, size and segments")
        {
            Notes = "Through brokers, a topic's id and its segments are not known.",
            Examples = "logstore topic describe words",
        };
        command.Arguments.Add(Name);
        command.Options.Add(Json);
        SetAction(command, async (parsed, topics, cancellationToken) =>
        {
            (TopicSummary topic, IReadOnlyList<PartitionStatus> partitions) =
                await topics.DescribeAsync(parsed.GetRequiredValue(Name), cancellationToken);
            Report.Print(
                parsed.GetValue(Json), () => TopicReport.DescribeAsText(topic, partitions),
                json => TopicReport.WriteDescriptionAsJson(json, topic, partitions));
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
        SetAction(command, async (parsed, topics, cancellationToken) =>
        {
            KeyValuePair<string, string>[] settings = parsed.GetRequiredValue(Config);
            int? partitions = parsed.GetValue(Partitions);
            if (settings.Length == 0 && partitions is null)
                throw new UserErrorException("nothing to change: give --config k=v or --partitions N", ExitCode.Usage);
            TopicSummary topic =
                await topics.AlterAsync(parsed.GetRequiredValue(Name), partitions, settings, cancellationToken);
            Console.WriteLine($"altered topic {topic.Name}: {Quantity.Count(topic.PartitionCount, "partition")}, " +
                $"config {topic.ConfigText}");
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
        SetAction(command, async (parsed, topics, cancellationToken) =>
        {
            string name = parsed.GetRequiredValue(Name);
            await topics.DeleteAsync(name, cancellationToken);
            Console.WriteLine($"deleted topic {name}");
        });
        return command;
    }

    /// <summary>Has a command work on the topics of the data directory or the cluster that its line names.</summary>
    private static void SetAction(CliCommand command, Func<ParseResult, ITopicStore, CancellationToken, Task> action) =>
        command.SetAction(parsed => Interruption.RunAsync(async interruption =>
        {
            if (ClusterOptions.Find(parsed) is { } cluster)
            {
                await using AdminClient admin = await cluster.OpenAdminAsync(interruption.Token);
                await action(parsed, new ClusterTopicStore(admin), interruption.Token);
            }
            else
            {
                await action(parsed, new LocalTopicStore(CommonOptions.DataDirectory(parsed)), interruption.Token);
            }

            return ExitCode.Success;
        }));
}
