using System.Globalization;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Output;
using LogStore.Client;
using LogStore.Records;

namespace LogStore.Cli.Producing;

/// <summary>One run of <c>logstore produce</c>: lines in, records out.</summary>
/// <remarks>
/// Several things go on at a time: <see cref="InputPump"/> reads, this class turns lines into records, and the
/// <see cref="RecordSink"/> has batches of them sent.
/// </remarks>
internal sealed class ProduceSession(RecordSink sink, ProduceOptions options)
{
    private readonly RecordHeader[] _lastLineHeaders = [.. options.Headers, UnterminatedLine.Header];
    private readonly LineSplitter _lines = new();
    private readonly TimeSpan _linger = options.Linger ?? TimeSpan.FromMilliseconds(ProduceOptions.DefaultLingerMs);
    private long _now;

    /// <summary>
    /// Sends the input to its end. Cancelled, or at a line that cannot be sent, it completes what stands before that; nothing
    /// that was read whole is lost.
    /// </summary>
    /// <param name="input">The input, which stays the caller's.</param>
    /// <param name="progress">Is told how many bytes have been read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task RunAsync(Stream input, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await SendLinesAsync(input, progress, cancellationToken);
            if (_lines.PendingBytes > 0) await AddAsync(_lines.Remainder, isUnterminated: true);
            sink.EndInput();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What was read whole is sent; a line that was only begun is not a line.
        }
        catch (Exception exception) when (
            exception is UserErrorException or LogStoreException or IOException or UnauthorizedAccessException)
        {
            failure = exception;
        }

        try
        {
            await sink.CompleteAsync();
        }
        catch (Exception exception) when (exception is LogStoreException or IOException)
        {
            failure = exception; // It is the cause of whatever stopped the reading.
        }

        if (failure is not null) throw Explain(failure);
    }

    private UserErrorException Explain(Exception failure)
    {
        if (!ErrorReport.TryExplain(failure, out string? message, out int exitCode)) message = failure.Message;
        string records = Quantity.Count(sink.Ledger.Records, "record");
        // A batch that failed may stand between others: partitions do not wait for each other.
        string rest = failure is DeliveryException ? $"Acknowledged: {records}." : $"{records} before that: stored.";
        return new UserErrorException($"{message.TrimEnd('.')}. {rest}", exitCode);
    }

    private async Task SendLinesAsync(Stream input, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using InputPump pump = new(input);
        long read = 0;
        while (await WaitForInputAsync(pump, cancellationToken))
        {
            while (pump.TryTake(out ReadOnlyMemory<byte> bytes))
            {
                cancellationToken.ThrowIfCancellationRequested();
                // One time for all lines of a piece: that is when they were read.
                _now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
                _lines.Feed(bytes);
                while (_lines.TryPeek(out ReadOnlyMemory<byte> line))
                {
                    await AddAsync(line, isUnterminated: false);
                    _lines.Advance();
                }

                if (_lines.PendingBytes > sink.MaxBatchBytes) throw LineTooLong($"more than {_lines.PendingBytes}");
                await sink.SendLingeringAsync(_linger);
                progress?.Report(read += bytes.Length);
            }
        }
    }

    /// <summary>Waits for input, but lets no batch wait longer than it may. False at the end of the input.</summary>
    private async ValueTask<bool> WaitForInputAsync(InputPump pump, CancellationToken cancellationToken)
    {
        ValueTask<bool> input = pump.WaitAsync(cancellationToken);
        if (input.IsCompleted || !sink.IsLingering) return await input;
        Task<bool> waiting = input.AsTask();
        await Task.WhenAny(waiting, Task.Delay(_linger, cancellationToken));
        if (!waiting.IsCompleted) await sink.SendLingeringAsync(TimeSpan.Zero);
        return await waiting;
    }

    /// <summary>Hands a line to the sink; it is not async itself, for nearly always there is nothing to wait for.</summary>
    private ValueTask AddAsync(ReadOnlyMemory<byte> line, bool isUnterminated)
    {
        byte[]? separator = options.KeySeparator;
        int keyEnd = separator is null ? -1 : line.Span.IndexOf(separator);
        InputRecord record = new()
        {
            Line = _lines.LinesTaken + 1,
            InputBytes = line.Length + (isUnterminated ? 0 : 1),
            TimestampMs = _now,
            Key = keyEnd < 0 ? (ReadOnlyMemory<byte>?)null : line[..keyEnd],
            Value = keyEnd < 0 ? line : line[(keyEnd + separator!.Length)..],
            Headers = isUnterminated ? _lastLineHeaders : options.Headers,
            IsUnterminated = isUnterminated,
        };
        try
        {
            ValueTask adding = sink.AddAsync(record);
            return adding.IsCompletedSuccessfully ? default : WaitAsync(adding);
        }
        catch (RecordTooLargeException error)
        {
            throw LineTooLong(error);
        }
    }

    private async ValueTask WaitAsync(ValueTask adding)
    {
        try
        {
            await adding;
        }
        catch (RecordTooLargeException error)
        {
            throw LineTooLong(error);
        }
    }

    private UserErrorException LineTooLong(RecordTooLargeException error) =>
        LineTooLong(error.RecordBytes.ToString(CultureInfo.InvariantCulture));

    private UserErrorException LineTooLong(string bytes) => new(
        $"line {_lines.LinesTaken + 1} is too long: its batch takes {bytes} bytes, and '{options.Topic}' allows " +
        $"{sink.MaxBatchBytes}; raise that with: logstore topic alter {options.Topic} --config max.message.bytes=N",
        ExitCode.Usage);
}
