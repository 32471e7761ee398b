using System.CommandLine;
using System.Text;
using LogStore.Cli.Cluster;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Output;
using LogStore.Cli.Producing;
using LogStore.Records;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore produce</c>.</summary>
internal static class ProduceCommand
{
    private static readonly Argument<string> Topic = CommonOptions.Topic("The topic to append to");

    private static readonly Option<string?> File = new("--file")
    {
        Description = "Read this file instead of standard input",
        HelpName = "FILE",
    };

    private static readonly Option<int?> Partition =
        CommonOptions.Partition("Send everything to this partition (default: by key; without a key, one after another)");

    private static readonly Option<string?> KeySeparator = new("--key-separator")
    {
        Description = @"What stands between key and value in a line, such as : or \t",
        HelpName = "S",
    };

    private static readonly Option<KeyValuePair<string, string>[]> Headers =
        CommonOptions.Pairs("--header", "Add a header to every record; may be repeated");

    private static readonly Option<AckLevel?> Acks = CommonOptions.Choice(
        "--acks", "When a record counts as stored: appended (1) to the log, flushed to the device, in all replicas",
        ("appended", AckLevel.Appended), ("flushed", AckLevel.Flushed), ("none", AckLevel.None), ("all", AckLevel.All),
        ("1", AckLevel.Appended), ("0", AckLevel.None));

    private static readonly Option<CompressionType?> Compression = CommonOptions.Choice(
        "--compression", "How batches are compressed", ("none", CompressionType.None), ("gzip", CompressionType.Gzip),
        ("snappy", CompressionType.Snappy), ("lz4", CompressionType.Lz4), ("zstd", CompressionType.Zstd));

    private static readonly Option<int?> BatchBytes = CommonOptions.Number(
        "--batch-bytes", $"Send a batch when it has this size (default: {ProduceOptions.DefaultBatchBytes})", "N",
        1, RecordBatchBuilderOptions.MaxMaxBytes);

    private static readonly Option<int?> LingerMs = CommonOptions.Number(
        "--linger-ms", $"Send a smaller one after this many milliseconds (default: {ProduceOptions.DefaultLingerMs})", "N",
        0, 3_600_000);

    private static readonly Option<bool> Idempotent = new("--idempotent")
    {
        Description = "Number the records, so that producing the same FILE again sends only what is missing",
    };

    private static readonly Option<bool> PrintAcks = new("--print-acks")
    {
        Description = "Print a line for each batch once it is stored: partition, first offset, last offset",
    };

    private static readonly Option<bool> Quiet = new("--quiet") { Description = "No progress and no summary" };

    public static Command Create()
    {
        CliCommand command = new("produce", "Append lines to a topic, each as a record")
        {
            Notes = """
                Lines are bytes that end with a newline; any bytes are taken as they are. A last line without a newline is
                marked by the record header logstore.no-newline, and consume gives it back without one.
                With --idempotent a file is known by its path: run the same command again after a crash and it goes on where
                the log ends. Producing what differs from before is refused. The log remembers an idle producer for a day.
                Ctrl+C stores the lines read so far, then ends.

                Through brokers the default is --acks all, and records are numbered anyway, so that a retry stores nothing
                twice. --idempotent only insists on that: a run that is started again sends the whole file again.
                --acks flushed is the topic's setting flush.messages=1 there.
                """ + "\n" + ClusterOptions.Notes,
            Examples = """
                logstore produce words --file book.txt
                tail -f app.log | logstore produce logs --acks flushed
                printf 'k1:v1\nk2:v2\n' | logstore produce pairs --key-separator :
                logstore produce words --file book.txt --idempotent
                logstore produce words --file book.txt --bootstrap-server 127.0.0.1:9092
                """,
        };
        command.Arguments.Add(Topic);
        foreach (Option option in (Option[])
                 [File, Partition, KeySeparator, Headers, Acks, Compression, BatchBytes, LingerMs, Idempotent, PrintAcks, Quiet])
            command.Options.Add(option);
        ClusterOptions.AddTo(command);
        command.SetAction(parsed => Interruption.RunAsync(interruption =>
        {
            ProduceOptions options = OptionsOf(parsed);
            ClusterLocation? cluster = ClusterOptions.Find(parsed);
            return ProduceRun.RunAsync(
                options,
                async acknowledgements => cluster is null
                    ? await LocalSink.OpenAsync(CommonOptions.DataDirectory(parsed), options, acknowledgements)
                    : await ClusterSink.OpenAsync(cluster, options, acknowledgements, interruption.Token),
                interruption);
        }));
        return command;
    }

    private static ProduceOptions OptionsOf(ParseResult parsed) => new()
    {
        Topic = parsed.GetRequiredValue(Topic),
        File = parsed.GetValue(File),
        Partition = parsed.GetValue(Partition),
        KeySeparator = ParseSeparator(parsed.GetValue(KeySeparator)),
        Headers = [.. parsed.GetRequiredValue(Headers)
            .Select(pair => new RecordHeader(pair.Key, Encoding.UTF8.GetBytes(pair.Value)))],
        Acks = parsed.GetValue(Acks) ?? AckLevel.Default,
        Compression = parsed.GetValue(Compression),
        BatchBytes = parsed.GetValue(BatchBytes),
        Linger = parsed.GetValue(LingerMs) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
        Idempotent = parsed.GetValue(Idempotent),
        PrintAcks = parsed.GetValue(PrintAcks),
        Quiet = parsed.GetValue(Quiet),
    };

    private static byte[]? ParseSeparator(string? text)
    {
        if (text is null) return null;
        if (text.Length == 0) throw new UserErrorException("--key-separator must not be empty", ExitCode.Usage);
        return Escapes.ToBytes(text, "--key-separator");
    }
}
