using System.CommandLine;
using System.Globalization;
using LogStore.Cli.Cluster;
using LogStore.Cli.Cluster.Moves;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Output;
using LogStore.Client;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore cluster reassign</c>.</summary>
internal static class ClusterReassignCommand
{
    private static readonly Option<string?> Topic = new("--topic") { Description = "The topic", HelpName = "TOPIC" };

    private static readonly Option<int?> Partition = CommonOptions.Partition("Only this partition of the topic");

    private static readonly Option<int[]?> To = new("--to")
    {
        Description = "The brokers that shall have it, the preferred leader first",
        HelpName = "ID,ID",
        Arity = ArgumentArity.ExactlyOne,
        DefaultValueFactory = _ => null,
        CustomParser = result => ParseIds(result.Tokens[0].Value, result.AddError),
    };

    private static readonly Option<int?> Drain =
        CommonOptions.Number("--drain", "Move all there is off this broker", "BROKER", 0, int.MaxValue);

    private static readonly Option<bool> Cancel = new("--cancel")
    {
        Description = "Call off what is under way: of the topic, or all",
    };

    private static readonly Option<bool> List = new("--list") { Description = "Show what is under way" };

    private static readonly Option<bool> Wait = new("--wait") { Description = "End when it is done, and say how far it is" };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON, with --list" };

    public static Command Create()
    {
        CliCommand command = new("reassign", "Move partitions to other brokers")
        {
            Notes = """
                The new replicas catch up first, then the old ones go; the partition is served all the while. Give one of
                --to, --drain, --cancel and --list.

                --drain puts in the broker's place, in each partition, the one that has the fewest replicas, in another rack
                than the partition's other replicas where there is one. It works for a broker that is gone, too.
                """,
            Examples = """
                logstore cluster reassign --topic words --to 2,3,4 --wait
                logstore cluster reassign --topic words --partition 0 --to 3,1
                logstore cluster reassign --drain 1 --wait
                logstore cluster reassign --list
                logstore cluster reassign --cancel --topic words
                """,
        };
        foreach (Option option in (Option[])[Topic, Partition, To, Drain, Cancel, List, Wait, Json]) command.Options.Add(option);
        AdminCommand.SetAction(command, Read, (parsed, run, admin, token) => run(parsed, admin, token));
        return command;
    }

    /// <summary>What the line asks for; mistakes are told before anything is connected to.</summary>
    private static Func<ParseResult, AdminClient, CancellationToken, Task> Read(ParseResult parsed)
    {
        bool moves = parsed.GetValue(To) is { Length: > 0 };
        int tasks = new[] { moves, parsed.GetValue(Drain) is not null, parsed.GetValue(Cancel), parsed.GetValue(List) }.Count(each => each);
        if (tasks != 1) throw Mistake("give one of --to, --drain, --cancel and --list");
        bool hasTopic = parsed.GetValue(Topic) is not null;
        if (moves && !hasTopic) throw Mistake("--to needs --topic: say what is to move");
        if (!hasTopic && parsed.GetValue(Partition) is not null) throw Mistake("--partition needs --topic");
        if (hasTopic && parsed.GetValue(Drain) is not null) throw Mistake("--drain moves all topics; leave --topic out, or give --to");
        bool isMoving = moves || parsed.GetValue(Drain) is not null;
        if (!isMoving && parsed.GetValue(Wait)) throw Mistake("--wait goes with --to and --drain");
        if (!parsed.GetValue(List) && parsed.GetValue(Json)) throw Mistake("--json goes with --list");
        return isMoving ? MoveAsync : parsed.GetValue(List) ? ListAsync : CancelAsync;
    }

    private static async Task MoveAsync(ParseResult parsed, AdminClient admin, CancellationToken cancellationToken)
    {
        ClusterDescription cluster = await admin.DescribeClusterAsync(cancellationToken);
        IReadOnlyList<ReplicaMove> moves = parsed.GetValue(To) is { Length: > 0 } brokers
            ? ReplicaMoves.To(await FindPartitionsAsync(parsed, admin, cancellationToken), brokers, cluster)
            : ReplicaMoves.Drain(parsed.GetValue(Drain)!.Value, cluster, await AllTopicsAsync(admin, cancellationToken));
        if (moves.Count > 0)
        {
            await admin.AlterPartitionReassignmentsAsync(
                moves.ToDictionary(each => each.Partition, each => (IReadOnlyList<int>?)each.Replicas), cancellationToken);
        }

        bool waits = parsed.GetValue(Wait);
        if (waits) await MoveProgress.WaitAsync(admin, [.. moves.Select(each => each.Partition)], cancellationToken);
        foreach (ReplicaMove move in moves)
            Console.WriteLine($"{(waits ? "moved" : "moving")} {move.Partition} to {string.Join(',', move.Replicas)}");
        if (moves.Count == 0) Console.WriteLine($"broker {parsed.GetValue(Drain)} has no replicas");
    }

    private static async Task CancelAsync(ParseResult parsed, AdminClient admin, CancellationToken cancellationToken)
    {
        IReadOnlyList<PartitionReassignment> moving = await FindMovingAsync(parsed, admin, cancellationToken);
        if (moving.Count > 0)
        {
            await admin.AlterPartitionReassignmentsAsync(
                moving.ToDictionary(each => each.Partition, _ => (IReadOnlyList<int>?)null), cancellationToken);
        }

        foreach (PartitionReassignment each in moving)
        {
            IEnumerable<int> stay = each.Replicas.Where(replica => !each.AddingReplicas.Contains(replica));
            Console.WriteLine($"called off {each.Partition}; it stays on {string.Join(',', stay)}");
        }

        if (moving.Count == 0) Console.WriteLine("nothing is being moved");
    }

    private static async Task ListAsync(ParseResult parsed, AdminClient admin, CancellationToken cancellationToken)
    {
        IReadOnlyList<PartitionReassignment> moving = await FindMovingAsync(parsed, admin, cancellationToken);
        Report.Print(parsed.GetValue(Json), () => MoveReport.AsText(moving), json => MoveReport.WriteJson(json, moving));
    }

    private static async Task<IReadOnlyList<PartitionReassignment>> FindMovingAsync(
        ParseResult parsed, AdminClient admin, CancellationToken cancellationToken) =>
        await admin.ListPartitionReassignmentsAsync(
            parsed.GetValue(Topic) is null ? null : await FindPartitionsAsync(parsed, admin, cancellationToken), cancellationToken);

    private static Task<TopicPartition[]> FindPartitionsAsync(
        ParseResult parsed, AdminClient admin, CancellationToken cancellationToken) =>
        PartitionBounds.FindPartitionsAsync(admin, parsed.GetValue(Topic)!, parsed.GetValue(Partition), cancellationToken);

    private static async Task<IReadOnlyList<TopicDescription>> AllTopicsAsync(
        AdminClient admin, CancellationToken cancellationToken)
    {
        IReadOnlyList<TopicListing> topics = await admin.ListTopicsAsync(includeInternal: true, cancellationToken);
        return topics.Count == 0 ? [] : await admin.DescribeTopicsAsync(topics.Select(each => each.Name), cancellationToken);
    }

    private static int[]? ParseIds(string text, Action<string> addError)
    {
        List<int> ids = [];
        foreach (string part in text.Split(','))
        {
            if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                ids.Add(id);
                continue;
            }

            addError($"--to takes brokers' numbers, as 1,2,3, not '{text}'");
            return null;
        }

        return [.. ids];
    }

    private static UserErrorException Mistake(string message) => new(message, ExitCode.Usage);
}
