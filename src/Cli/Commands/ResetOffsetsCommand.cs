using System.CommandLine;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Consuming;
using LogStore.Cli.Groups;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore group reset-offsets</c>.</summary>
internal static class ResetOffsetsCommand
{
    private static readonly Argument<string> Name = new("GROUP") { Description = "The group, which must have no members" };

    private static readonly Option<TopicPartitions[]> Topics = new("--topic")
    {
        Description = "The topic, or some of its partitions; may be repeated",
        HelpName = "TOPIC[:N,N]",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            List<TopicPartitions> topics = [];
            foreach (string text in result.Tokens.Select(token => token.Value))
            {
                if (TopicPartitions.TryParse(text) is { } topic) topics.Add(topic);
                else result.AddError($"--topic takes TOPIC or TOPIC:N,N, not '{text}'");
            }

            return [.. topics];
        },
    };

    private static readonly Option<bool> ToEarliest = new("--to-earliest") { Description = "To the first retained record" };

    private static readonly Option<bool> ToLatest = new("--to-latest") { Description = "To the end" };

    private static readonly Option<long?> ToOffset =
        CommonOptions.LongNumber("--to-offset", "To this offset", "N", 0, long.MaxValue);

    private static readonly Option<DateTimeOffset?> ToTime = new("--to-time")
    {
        Description = "To the first record no older than this (ISO 8601, UTC unless it says otherwise, or ms since 1970)",
        HelpName = "TIME",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (StartPosition.ParseTime(text) is { } time) return time;
            result.AddError($"--to-time takes a time such as 2026-01-31T12:00:00Z, not '{text}'");
            return null;
        },
    };

    private static readonly Option<long?> ShiftBy =
        CommonOptions.LongNumber("--shift-by", "On by N records, or back where N is negative", "N", -long.MaxValue, long.MaxValue);

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only show what would be done" };

    public static Command Create()
    {
        CliCommand command = new("reset-offsets", "Move a group's committed offsets")
        {
            Notes = "Offsets before the first retained record or behind the end are brought to these.",
            Examples = """
                logstore group reset-offsets workers --topic jobs --to-earliest --dry-run
                logstore group reset-offsets workers --topic jobs:0,2 --shift-by -100
                logstore group reset-offsets workers --topic jobs --to-time 2026-01-31T12:00:00Z
                """,
        };
        command.Arguments.Add(Name);
        foreach (Option option in (Option[])[Topics, ToEarliest, ToLatest, ToOffset, ToTime, ShiftBy, DryRun])
            command.Options.Add(option);
        AdminCommand.SetAction(command, TargetOf, async (parsed, target, admin, cancellationToken) =>
        {
            string group = parsed.GetRequiredValue(Name);
            IReadOnlyList<OffsetReset.Move> moves = await OffsetReset.PlanAsync(
                admin, group, parsed.GetRequiredValue(Topics), target, cancellationToken);
            if (!parsed.GetValue(DryRun)) await OffsetReset.ApplyAsync(admin, group, moves, cancellationToken);
            Console.Write(GroupReport.MovesAsText(moves));
        });
        return command;
    }

    private static OffsetTarget TargetOf(ParseResult parsed)
    {
        List<OffsetTarget> targets = [];
        if (parsed.GetValue(ToEarliest)) targets.Add(new OffsetTarget.Earliest());
        if (parsed.GetValue(ToLatest)) targets.Add(new OffsetTarget.Latest());
        if (parsed.GetValue(ToOffset) is { } offset) targets.Add(new OffsetTarget.AtOffset(offset));
        if (parsed.GetValue(ToTime) is { } time) targets.Add(new OffsetTarget.AtTime(time));
        if (parsed.GetValue(ShiftBy) is { } records) targets.Add(new OffsetTarget.ShiftedBy(records));
        return targets is [var only] ? only : throw new UserErrorException(
            "give one of --to-earliest, --to-latest, --to-offset, --to-time and --shift-by", ExitCode.Usage);
    }
}
