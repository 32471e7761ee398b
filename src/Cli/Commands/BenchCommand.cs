using System.CommandLine;
using LogStore.Cli.Benchmarks;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Output;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore bench</c>: append, read.</summary>
internal static class BenchCommand
{
    private const int DefaultRecords = 1_000_000;
    private const int DefaultRecordBytes = 100;
    private const int DefaultBatchBytes = 16 * 1024;

    private static readonly Option<long?> Records =
        CommonOptions.LongNumber("--records", $"Records in all (default: {DefaultRecords})", "N", 1, long.MaxValue);

    private static readonly Option<int?> RecordBytes = CommonOptions.Number(
        "--record-bytes", $"Size of a record's value (default: {DefaultRecordBytes})", "N", 0, 1_000_000);

    private static readonly Option<int?> BatchBytes = CommonOptions.Number(
        "--batch-bytes", $"Size of a batch (default: {DefaultBatchBytes})", "N", 1, 1_000_000);

    private static readonly Option<int?> Threads = CommonOptions.Number("--threads", "Threads (default: 1)", "N", 1, 1024);

    private static readonly Option<AckWhen?> Acks = CommonOptions.Choice(
        "--acks", "What each append waits for",
        ("appended", AckWhen.Appended), ("flushed", AckWhen.Flushed), ("none", AckWhen.None));

    private static readonly Option<string?> Directory = new("--directory")
    {
        Description = "Where the benchmark makes its directory, to measure that device (default: the system's temporary one)",
        HelpName = "DIR",
    };

    public static Command Create()
    {
        CliCommand command = new("bench", "Measure this machine in a few seconds; leaves nothing behind")
        {
            Examples = "logstore bench append --record-bytes 1000 --threads 4\n" +
                "logstore bench append --records 2000 --batch-bytes 1 --acks flushed --directory .\n" +
                "logstore bench read --records 5000000",
        };
        command.Subcommands.Add(CreateOne("append", "Append records from one or more threads", async (benchmark, stop) =>
            (await benchmark.AppendAsync(stop)).Describe("append")));
        command.Subcommands.Add(CreateOne("read", "Append records, then read them all on each thread", async (benchmark, stop) =>
        {
            await benchmark.AppendAsync(stop);
            return (await benchmark.ReadAsync(stop)).Describe("read");
        }));
        return command;
    }

    private static CliCommand CreateOne(
        string name, string description, Func<LogBenchmark, CancellationToken, Task<string>> run)
    {
        CliCommand command = new(name, description);
        foreach (Option option in (Option[])[Records, RecordBytes, BatchBytes, Threads, Acks, Directory])
            command.Options.Add(option);
        command.SetAction(parsed => Interruption.RunAsync(async interruption =>
        {
            BenchOptions options = OptionsOf(parsed);
            Console.WriteLine($"{Quantity.Count(options.Records, "record")} of {Quantity.Bytes(options.RecordBytes)}, " +
                $"batches of {Quantity.Bytes(options.BatchBytes)}, {Quantity.Count(options.Threads, "thread")}, " +
                $"acks {options.Acks.ToString().ToLowerInvariant()}");
            await using LogBenchmark benchmark = await LogBenchmark.CreateAsync(options);
            Console.WriteLine(await run(benchmark, interruption.Token));
            return ExitCode.Success;
        }));
        return command;
    }

    private static BenchOptions OptionsOf(ParseResult parsed) => new()
    {
        Records = parsed.GetValue(Records) ?? DefaultRecords,
        RecordBytes = parsed.GetValue(RecordBytes) ?? DefaultRecordBytes,
        BatchBytes = parsed.GetValue(BatchBytes) ?? DefaultBatchBytes,
        Threads = parsed.GetValue(Threads) ?? 1,
        Acks = parsed.GetValue(Acks) ?? AckWhen.Appended,
        Directory = parsed.GetValue(Directory),
    };
}
