using System.Diagnostics;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Output;

namespace LogStore.Cli.Producing;

/// <summary>Everything around a <see cref="ProduceSession"/>: the input, progress and the summary.</summary>
internal static class ProduceRun
{
    private const int MaxRangesShown = 8;

    /// <summary>Runs the command.</summary>
    /// <param name="options">What the command line asks for.</param>
    /// <param name="openSink">Opens the place that records go to, given where acknowledgements are printed, if they are.</param>
    /// <param name="interruption">Ends the reading.</param>
    public static async Task<int> RunAsync(
        ProduceOptions options, Func<TextWriter?, Task<RecordSink>> openSink, Interruption interruption)
    {
        long started = Stopwatch.GetTimestamp();
        await using Stream input = OpenInput(options.File);
        RecordSink sink = await openSink(options.PrintAcks ? Console.Out : null);
        try
        {
            await RunAsync(new ProduceSession(sink, options), input, options, interruption.Token);
        }
        catch
        {
            await CloseAfterErrorAsync(sink);
            throw;
        }

        await sink.DisposeAsync();
        if (!options.Quiet)
            await Console.Error.WriteLineAsync(Summarize(options, sink, Stopwatch.GetElapsedTime(started)));
        return interruption.ExitCode;
    }

    private static Task RunAsync(
        ProduceSession session, Stream input, ProduceOptions options, CancellationToken cancellationToken) =>
        options.File is { } file && input.CanSeek && TerminalProgress.IsVisible && !options.Quiet
            ? TerminalProgress.RunAsync(
                file, input.Length, progress => session.RunAsync(input, progress, cancellationToken))
            : session.RunAsync(input, progress: null, cancellationToken);

    /// <summary>On a full device closing fails too, and what it has to say must not hide what happened first.</summary>
    private static async Task CloseAfterErrorAsync(RecordSink sink)
    {
        try
        {
            await sink.DisposeAsync();
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

    private static string Summarize(ProduceOptions options, RecordSink sink, TimeSpan elapsed)
    {
        AckLedger ledger = sink.Ledger;
        (int Partition, long First, long Next)[] ranges = ledger.Ranges;
        string already = sink.SkippedRecords == 0 ? "" : $", {Quantity.Count(sink.SkippedRecords)} were there already";
        string offsets = string.Join(", ", ranges.Take(MaxRangesShown)
            .Select(range => $"{options.Topic}-{range.Partition}: {range.First}..{range.Next - 1}"));
        if (ranges.Length > MaxRangesShown) offsets += $" and {ranges.Length - MaxRangesShown} more partitions";
        return $"produced {Quantity.Count(ledger.Records, "record")}, {Quantity.Bytes(ledger.InputBytes)} in " +
            $"{Quantity.Seconds(elapsed)} ({Quantity.Rate(ledger.InputBytes, elapsed)}){already}" +
            (offsets.Length > 0 ? $"; offsets {offsets}" : "");
    }
}
