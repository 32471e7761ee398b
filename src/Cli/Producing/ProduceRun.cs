using System.Diagnostics;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Output;
using LogStore.Cli.Topics;
using LogStore.Topics;

namespace LogStore.Cli.Producing;

/// <summary>Everything around a <see cref="ProduceSession"/>: the directory, the input, progress and the summary.</summary>
internal static class ProduceRun
{
    private const int MaxRangesShown = 8;

    public static async Task<int> RunAsync(string dataDirectory, ProduceOptions options, Interruption interruption)
    {
        long started = Stopwatch.GetTimestamp();
        await using Stream input = OpenInput(options.File);
        DataDirectory directory = await DataLocation.OpenAsync(dataDirectory, create: false);
        AckLedger ledger;
        long skipped;
        try
        {
            Topic topic = directory.GetTopic(options.Topic);
            ledger = new AckLedger(topic.PartitionCount, options.PrintAcks ? Console.Out : null);
            using ProduceSession session = await ProduceSession.OpenAsync(directory, topic, options, ledger);
            skipped = session.SkippedRecords;
            await RunAsync(session, input, options, interruption.Token);
        }
        catch
        {
            await CloseAfterErrorAsync(directory);
            throw;
        }

        await directory.DisposeAsync();
        if (!options.Quiet)
            await Console.Error.WriteLineAsync(Summarize(options, ledger, skipped, Stopwatch.GetElapsedTime(started)));
        return interruption.ExitCode;
    }

    private static Task RunAsync(
        ProduceSession session, Stream input, ProduceOptions options, CancellationToken cancellationToken) =>
        options.File is { } file && input.CanSeek && TerminalProgress.IsVisible && !options.Quiet
            ? TerminalProgress.RunAsync(
                file, input.Length, progress => session.RunAsync(input, progress, cancellationToken))
            : session.RunAsync(input, progress: null, cancellationToken);

    /// <summary>On a full device closing fails too, and what it has to say must not hide what happened first.</summary>
    private static async Task CloseAfterErrorAsync(DataDirectory directory)
    {
        try
        {
            await directory.DisposeAsync();
        }
        catch (Exception exception) when (exception is LogStoreException or IOException)
        {
            // The error under way is the one to report.
        }
    }

    private static Stream OpenInput(string? file)
    {
        if (file is null)
        {
            if (!Console.IsInputRedirected) Console.Error.WriteLine("Each line becomes a record; end with Ctrl+D.");
            return Console.OpenStandardInput();
        }

        if (Directory.Exists(file)) throw new UserErrorException($"'{file}' is a directory; --file takes a file", ExitCode.Usage);
        if (!File.Exists(file)) throw new UserErrorException($"there is no file '{file}' to produce", ExitCode.NotFound);
        return new FileStream(file, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
    }

    private static string Summarize(ProduceOptions options, AckLedger ledger, long skipped, TimeSpan elapsed)
    {
        (int Partition, long First, long Next)[] ranges = [.. ledger.Ranges];
        string already = skipped == 0 ? "" : $", {Quantity.Count(skipped)} were there already";
        string offsets = string.Join(", ", ranges.Take(MaxRangesShown)
            .Select(range => $"{options.Topic}-{range.Partition}: {range.First}..{range.Next - 1}"));
        if (ranges.Length > MaxRangesShown) offsets += $" and {ranges.Length - MaxRangesShown} more partitions";
        return $"produced {Quantity.Count(ledger.Records, "record")}, {Quantity.Bytes(ledger.InputBytes)} in " +
            $"{Quantity.Seconds(elapsed)} ({Quantity.Rate(ledger.InputBytes, elapsed)}){already}" +
            (offsets.Length > 0 ? $"; offsets {offsets}" : "");
    }
}
