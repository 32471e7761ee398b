using System.CommandLine;
using LogStore.Cli.Cluster;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Output;
using LogStore.Client;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore cluster elect</c>.</summary>
internal static class ClusterElectCommand
{
    private static readonly Option<string?> Topic = new("--topic") { Description = "Only this topic", HelpName = "TOPIC" };

    private static readonly Option<int?> Partition = CommonOptions.Partition("Only this partition of the topic");

    private static readonly Option<bool> Unclean = new("--unclean")
    {
        Description = "Where there is no leader, elect any replica that is alive: LOSES what only the others have",
    };

    private static readonly Option<bool> Yes = new("--yes") { Description = "Do it, with --unclean" };

    public static Command Create()
    {
        CliCommand command = new("elect", "Have the preferred replicas lead again")
        {
            Notes = """
                The preferred leader is the first of a partition's replicas. After a restart it follows at first; brokers have
                it lead again by themselves some minutes later (auto.leader.rebalance.enable), this does at once.

                --unclean is the last resort for a partition whose in-sync replicas are gone for good. Records that were
                acknowledged and that only they had are lost, for ever: if they come back, they cut them off. It touches only
                partitions without a leader, and without --yes it says which.
                """,
            Examples = """
                logstore cluster elect
                logstore cluster elect --topic words --partition 0
                logstore cluster elect --topic words --unclean --yes
                """,
        };
        foreach (Option option in (Option[])[Topic, Partition, Unclean, Yes]) command.Options.Add(option);
        AdminCommand.SetAction(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, AdminClient admin, CancellationToken cancellationToken)
    {
        bool isUnclean = parsed.GetValue(Unclean);
        if (parsed.GetValue(Yes) && !isUnclean) throw new UserErrorException("--yes goes with --unclean", ExitCode.Usage);
        TopicPartition[]? partitions = await FindPartitionsAsync(parsed, admin, cancellationToken);
        if (isUnclean)
        {
            partitions = await WithoutLeaderAsync(admin, partitions, cancellationToken);
            if (partitions.Length > 0 && !parsed.GetValue(Yes))
            {
                throw new UserErrorException(
                    $"acknowledged records may be lost for ever in {string.Join(", ", partitions)}: those that only replicas " +
                    "have which are gone; start their brokers again if that can be, else repeat this with --yes", ExitCode.Usage);
            }
        }

        IReadOnlyList<ElectionResult> results = partitions is { Length: 0 } ? [] : await admin.ElectLeadersAsync(
            isUnclean ? ElectionType.Unclean : ElectionType.Preferred, partitions, cancellationToken);
        return await TellAsync(admin, results, isUnclean, cancellationToken);
    }

    private static async Task<int> TellAsync(
        AdminClient admin, IReadOnlyList<ElectionResult> results, bool isUnclean, CancellationToken cancellationToken)
    {
        ElectionResult[] elected = [.. results.Where(each => each.ErrorCode == ErrorCode.None)];
        Dictionary<TopicPartition, PartitionDescription> found = await DescribeAsync(admin, elected, cancellationToken);
        foreach (ElectionResult each in elected)
        {
            // The broker that is asked may not have heard of the new leader yet.
            int leader = isUnclean ? found[each.Partition].LeaderId : found[each.Partition].Replicas[0];
            Console.WriteLine($"{each.Partition} is led {(leader < 0 ? "again" : $"by {leader}")}");
        }

        ElectionResult[] failed =
            [.. results.Where(each => each.ErrorCode is not (ErrorCode.None or ErrorCode.ElectionNotNeeded))];
        if (elected.Length + failed.Length == 0) Console.WriteLine("nothing to elect: all are led as they should be");
        if (failed.Length == 0) return ExitCode.Success;
        string words = string.Join("; ", failed
            .GroupBy(each => each.Message?.TrimEnd('.') ?? each.ErrorCode.ToString(), StringComparer.Ordinal)
            .Select(each => $"{string.Join(", ", each.Select(result => result.Partition))}: {each.Key}"));
        throw new UserErrorException(
            $"{Quantity.Count(failed.Length, "partition")} could not be elected a leader for: {words}; see: logstore cluster status");
    }

    private static async Task<TopicPartition[]?> FindPartitionsAsync(
        ParseResult parsed, AdminClient admin, CancellationToken cancellationToken)
    {
        int? partition = parsed.GetValue(Partition);
        if (parsed.GetValue(Topic) is { } topic)
            return await PartitionBounds.FindPartitionsAsync(admin, topic, partition, cancellationToken);
        return partition is null ? null : throw new UserErrorException("--partition needs --topic", ExitCode.Usage);
    }

    private static async Task<TopicPartition[]> WithoutLeaderAsync(
        AdminClient admin, TopicPartition[]? among, CancellationToken cancellationToken)
    {
        IEnumerable<string> names = among?.Select(each => each.Topic).Distinct(StringComparer.Ordinal) ??
            (await admin.ListTopicsAsync(includeInternal: true, cancellationToken)).Select(each => each.Name);
        IReadOnlyList<TopicDescription> topics = await admin.DescribeTopicsAsync(names, cancellationToken);
        return
        [
            .. topics
                .SelectMany(topic => topic.Partitions.Where(each => each.LeaderId < 0)
                    .Select(each => new TopicPartition(topic.Name, each.Partition)))
                .Where(each => among?.Contains(each) != false),
        ];
    }

    private static async Task<Dictionary<TopicPartition, PartitionDescription>> DescribeAsync(
        AdminClient admin, ElectionResult[] elected, CancellationToken cancellationToken)
    {
        IReadOnlyList<TopicDescription> topics = await admin.DescribeTopicsAsync(
            elected.Select(each => each.Partition.Topic).Distinct(StringComparer.Ordinal), cancellationToken);
        return topics
            .SelectMany(topic => topic.Partitions.Select(each => (new TopicPartition(topic.Name, each.Partition), each)))
            .ToDictionary();
    }
}
