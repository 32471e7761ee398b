using System.CommandLine;
using System.Globalization;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Output;
using LogStore.Cli.Sinks;
using LogStore.Cli.Topics;
using LogStore.Sinks.Sqlite;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore sink sqlite</c> and <c>logstore sink verify</c>.</summary>
internal static class SinkCommand
{
    private static readonly Option<string?> Group = new("--group")
    {
        Description = "Share the topic with the group's other sinks (through brokers only)",
        HelpName = "GROUP",
    };

    private static readonly Option<bool> Follow = new("--follow") { Description = "At the end, wait for more until Ctrl+C" };

    private static readonly Option<double> ErrorProbability = new("--error-probability")
    {
        Description = "Fail with this probability between the database's commit and that of the offsets, to try it",
        HelpName = "P",
    };

    private static readonly Option<bool> Quiet = new("--quiet") { Description = "No progress and no summary" };

    public static Command Create()
    {
        CliCommand command = new("sink", "Keep a database in step with a topic");
        ClusterOptions.AddTo(command);
        command.Subcommands.Add(CreateSqlite());
        command.Subcommands.Add(CreateVerify());
        return command;
    }

    private static CliCommand CreateSqlite()
    {
        CliCommand command = new("sqlite", "Apply a topic's records to a table of a SQLite database, each exactly once")
        {
            Notes = SinkOptions.Notes + "\n\n" + ClusterOptions.Notes,
            Examples = """
                logstore sink sqlite --topic payments --db accounts.db --table accounts --key account --add balance=amount --create
                logstore sink sqlite --topic payments --db accounts.db --mapping accounts.json --mode message-id \
                  --bootstrap-server 127.0.0.1:9092 --group accounts --follow
                """,
        };
        SinkOptions.AddTo(command, isSink: true);
        foreach (Option option in (Option[])[Group, Follow, ErrorProbability, Quiet]) command.Options.Add(option);
        command.SetAction(parsed => Interruption.RunAsync(async interruption =>
        {
            await RunSinkAsync(parsed, interruption.Token);
            return ExitCode.Success;
        }));
        return command;
    }

    private static CliCommand CreateVerify()
    {
        CliCommand command = new("verify", "Compute a sink's table again from the topic, and compare it row by row")
        {
            Notes = """
                It reads the topic from where the sink began to where the database says that it is, and works beside a running
                sink. Give it the sink's own options. Exit code 0: they agree; 1: they differ, and the first rows that do are
                printed.

                """ + ClusterOptions.Notes,
            Examples =
                "logstore sink verify --topic payments --db accounts.db --table accounts --key account --add balance=amount",
        };
        SinkOptions.AddTo(command, isSink: false);
        command.Options.Add(Quiet);
        command.SetAction(parsed => Interruption.RunAsync(interruption => VerifyAsync(parsed, interruption.Token)));
        return command;
    }

    private static async Task RunSinkAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        SqliteSinkOptions options = SinkOptions.Read(parsed) with { ErrorProbability = parsed.GetValue(ErrorProbability) };
        Cluster.ClusterLocation? cluster = ClusterOptions.Find(parsed);
        string? group = parsed.GetValue(Group);
        if (group is not null && cluster is null)
            throw new UserErrorException("--group works through brokers only: give --bootstrap-server HOST:PORT", ExitCode.Usage);
        bool follow = parsed.GetValue(Follow);
        IProgress<long>? bar = null;
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        using SqliteSink sink = new(options)
        {
            Progressed = counts => bar?.Report(counts.Before + counts.Applied + counts.Duplicates + counts.DeadLetters),
        };
        try
        {
            if (!parsed.GetValue(Quiet) && TerminalProgress.IsVisible)
            {
                long total = await SinkProgress.CountAsync(cluster, parsed, options.Topic, cancellationToken);
                await TerminalProgress.RunRecordsAsync(options.Topic, total, progress => { bar = progress; return RunAsync(); });
            }
            else
            {
                await RunAsync();
            }
        }
        finally
        {
            if (!parsed.GetValue(Quiet)) await Console.Out.WriteLineAsync(Summary(sink.Statistics, started));
        }

        Task RunAsync() => cluster is null
            ? sink.RunAsync(DataLocation.OpenReadOnly(CommonOptions.DataDirectory(parsed)), follow, cancellationToken)
            : sink.RunAsync(cluster.ConsumerOptions with { GroupId = group }, follow, cancellationToken);
    }

    private static async Task<int> VerifyAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Cluster.ClusterLocation? cluster = ClusterOptions.Find(parsed);
        IProgress<long>? bar = null;
        using TableCheck check = new(SinkOptions.Read(parsed)) { Progressed = records => bar?.Report(records) };
        TableCheckResult? result = null;
        if (!parsed.GetValue(Quiet) && TerminalProgress.IsVisible)
            await TerminalProgress.RunRecordsAsync("verifying", check.TotalOffsets, progress => { bar = progress; return RunAsync(); });
        else await RunAsync();
        foreach (string line in result!.Differences) Console.WriteLine(line);
        Console.WriteLine(
            $"{(result.IsEqual ? "equal" : Quantity.Count(result.DifferenceCount, "difference"))}: {Quantity.Count(result.Records, "record")} " +
            $"of the topic {(result.Records == 1 ? "makes" : "make")} {Quantity.Count(result.Rows, "row")}");
        if (!result.IsEqual && result.IsOrderUnknown)
        {
            Console.WriteLine(
                "note: the sink has mixed several partitions in an order that is not known any more; what depends on that order " +
                "differs though nothing is wrong (docs/SINK.md)");
        }

        return result.IsEqual ? ExitCode.Success : ExitCode.Failure;

        async Task RunAsync() => result = cluster is null
            ? await check.RunAsync(DataLocation.OpenReadOnly(CommonOptions.DataDirectory(parsed)), cancellationToken)
            : await check.RunAsync(cluster.ConsumerOptions, cancellationToken);
    }

    private static string Summary(SinkStatistics counts, long started)
    {
        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"applied {Quantity.Count(counts.Applied, "record")} in {Quantity.Count(counts.Transactions, "transaction")}, {seconds:F2} s; " +
            $"{Quantity.Count(counts.Duplicates, "duplicate")} skipped, {counts.DeadLetters:N0} set aside");
    }
}
