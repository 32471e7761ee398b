using System.Diagnostics;
using LogStore.Appending;
using LogStore.Compaction;
using LogStore.Diagnostics;
using LogStore.IO;
using LogStore.Producers;
using LogStore.Reading;
using LogStore.Records;
using LogStore.Recovery;
using LogStore.Segments;
using Microsoft.Extensions.Logging;

namespace LogStore;

/// <summary>
/// An append-only log of record batches in one directory: one partition. Any number of threads may append and read at the
/// same time; one process at a time may have it open for writing (others see it through <see cref="ReadOnlyLog"/>).
/// </summary>
/// <remarks>
/// Thread-safe. After an I/O error that leaves memory and files in doubt the log is faulted: every later call fails with
/// <see cref="LogFaultedException"/> until it is disposed and opened again.
/// </remarks>
public sealed partial class Log : IAsyncDisposable
{
    private readonly LogState _state;
    private readonly AppendPipeline _pipeline;
    private readonly DirectoryLock _lock;
    private readonly OwnView _view;
    private readonly ITimer _retentionTimer;

    private Log(LogState state, DirectoryLock directoryLock)
    {
        _state = state;
        _lock = directoryLock;
        _pipeline = new AppendPipeline(state);
        _view = new OwnView(state, _pipeline);
        TimeSpan interval = state.Options.RetentionCheckInterval;
        _retentionTimer = state.Options.TimeProvider.CreateTimer(_ => CleanInBackground(), null, interval, interval);
    }

    /// <summary>The directory that holds the log's files, as a full path.</summary>
    public string Directory => _state.Directory;

    /// <summary>The settings in force.</summary>
    public LogConfig Config => _state.Config;

    /// <summary>The first retained offset (inclusive).</summary>
    public long LogStartOffset => _view.LogStartOffset;

    /// <summary>The end of the log (exclusive): the offset after the last batch in the file.</summary>
    public long LogEndOffset => _pipeline.LogEndOffset;

    /// <summary>The end of what has been made durable by fdatasync (exclusive).</summary>
    public long FlushedOffset => _pipeline.FlushedOffset;

    /// <summary>The leader epoch that new batches are stamped with.</summary>
    public int LeaderEpoch => _pipeline.LeaderEpoch;

    /// <summary>Why the log no longer works; null while it does.</summary>
    public LogFaultedException? Fault => _pipeline.Fault;

    /// <summary>The number of segments.</summary>
    public int SegmentCount => _state.Segments.Count;

    /// <summary>The bytes of all segments' batches, indexes not counted.</summary>
    public long SizeInBytes
    {
        get
        {
            long total = 0;
            foreach (LogSegment segment in _state.Segments.All) total += segment.Size;
            return total;
        }
    }

    /// <summary>Opens the log in a directory, creating it when absent and recovering it after a crash.</summary>
    /// <exception cref="DirectoryInUseException">Another process, or this one, has it open.</exception>
    /// <exception cref="CorruptLogException">Damage that must not be repaired silently.</exception>
    /// <exception cref="IOException">The directory cannot be read or written.</exception>
    public static ValueTask<Log> OpenAsync(LogOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        // Recovery is a sequential scan of files: it takes a thread of its own, not the caller's.
        return new ValueTask<Log>(Task.Run(() => Open(options), cancellationToken));
    }

    /// <summary>Appends a batch and waits until it has reached <paramref name="ack"/>.</summary>
    /// <param name="batch">
    /// The batch, from a builder, a reader or the network. The log stamps its base offset and leader epoch on a copy of its
    /// own; the caller's memory must stay unchanged until the returned task has completed, and is not changed itself.
    /// </param>
    /// <param name="ack">When the append counts as done.</param>
    /// <param name="cancellationToken">
    /// Ends the wait. An append that was still waiting for room is withdrawn; one that had its offset happens all the same.
    /// </param>
    /// <returns>The offsets that the batch was given; a duplicate's are its original's.</returns>
    /// <exception cref="RecordTooLargeException">The batch is larger than <c>max.message.bytes</c>.</exception>
    /// <exception cref="RecordWithoutKeyException">The log is compacted, and a record has no key.</exception>
    /// <exception cref="OutOfOrderSequenceException">An earlier batch of the idempotent producer is missing.</exception>
    /// <exception cref="ProducerFencedException">A newer instance of the producer has written.</exception>
    /// <exception cref="UnknownProducerIdException">Nothing is known of the producer and it does not begin at 0.</exception>
    /// <exception cref="DiskFullException">Nothing was appended; it may be retried.</exception>
    /// <exception cref="LogFaultedException">The log must be opened again.</exception>
    public ValueTask<AppendResult> AppendAsync(
        RecordBatch batch, AckWhen ack = AckWhen.Appended, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Check(batch);
        return _pipeline.AppendAsync(batch, ack, cancellationToken);
    }

    /// <summary>
    /// As <see cref="AppendAsync(RecordBatch, AckWhen, CancellationToken)"/>, on the calling thread where nobody else is at it: the fastest way to a lone durable
    /// append, as no thread is woken. Blocked callers do the writing and flushing among themselves and need no thread of the
    /// pool, so they may come from any thread, in any number.
    /// </summary>
    /// <inheritdoc cref="AppendAsync(RecordBatch, AckWhen, CancellationToken)" path="/exception"/>
    public AppendResult Append(RecordBatch batch, AckWhen ack = AckWhen.Appended)
    {
        Check(batch);
        return _pipeline.Append(batch, ack);
    }

    /// <summary>Makes everything durable that was appended before the call.</summary>
    /// <exception cref="LogFaultedException">The flush failed: the log must be opened again.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default) =>
        await _pipeline.FlushAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Reads batches from an offset on.</summary>
    /// <param name="offset">
    /// In [<see cref="LogStartOffset"/>, <see cref="LogEndOffset"/>]. The first batch is the one that holds it, and may begin
    /// below it: batches are never cut.
    /// </param>
    /// <param name="mode">Whether to stop or to wait at the end.</param>
    /// <param name="cancellationToken">Ends the reading with <see cref="OperationCanceledException"/>.</param>
    /// <returns>Batches, each checked against its checksum; each is valid until the next is asked for.</returns>
    /// <exception cref="OffsetOutOfRangeException">The offset is not in the log.</exception>
    /// <exception cref="CorruptLogException">The stored bytes are damaged.</exception>
    public IAsyncEnumerable<RecordBatch> ReadAsync(
        long offset, ReadMode mode = ReadMode.ToEnd, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return BatchStream.ReadAsync(_view, offset, mode, cancellationToken);
    }

    /// <summary>The first offset whose record is no older than a time; null when there is none.</summary>
    public long? FindOffset(DateTimeOffset time) => FindRecord(time.ToUnixTimeMilliseconds())?.Offset;

    /// <summary>
    /// How far an idempotent producer has come in this log, by which one that starts again knows where to go on; null when
    /// it never wrote here, or has been idle for longer than <see cref="LogOptions.ProducerIdExpiration"/>.
    /// </summary>
    public ProducerPosition? FindProducer(long producerId)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _pipeline.WithProducers(producers => producers.Find(producerId));
    }

    /// <summary>
    /// Stamps new batches with a leader epoch; epochs never go back. What was given its offset before may still be written
    /// afterwards, in the earlier epoch; <see cref="SettleAsync"/> waits for it.
    /// </summary>
    public void BeginLeaderEpoch(int epoch) => _pipeline.BeginLeaderEpoch(epoch);

    /// <summary>
    /// The largest epoch at or below <paramref name="epoch"/> that the log has batches of, and the offset where it ended
    /// (exclusive); (-1, -1) when there is none. Source: KIP-101, KIP-279.
    /// </summary>
    public (int Epoch, long EndOffset) EndOffsetForEpoch(int epoch)
    {
        long end = LogEndOffset;
        return _pipeline.WithEpochs(epochs => epochs.EndOffsetFor(epoch, end));
    }

    private static Log Open(LogOptions options)
    {
        using Activity? activity = LogTelemetry.Activities.StartActivity("log.open");
        activity?.SetTag("logstore.directory", options.Directory);
        Storage storage = options.Storage;
        if (!storage.DirectoryExists(options.Directory))
        {
            storage.CreateDirectory(options.Directory);
            storage.FlushDirectory(Path.GetDirectoryName(options.Directory) ?? options.Directory);
        }

        DirectoryLock directoryLock = DirectoryLock.Take(options.Directory);
        try
        {
            return new Log(LogRecovery.Recover(options, options.LoggerFactory.CreateLogger<Log>()), directoryLock);
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    private void Check(in RecordBatch batch)
    {
        if (batch.Bytes.IsEmpty) throw new ArgumentException("The batch is empty: build one first.", nameof(batch));
        int limit = _state.Config.MaxMessageBytes;
        if (batch.SizeInBytes > limit) throw new RecordTooLargeException(batch.SizeInBytes, limit);
        RecordBatchHeader header = batch.Header;
        if (header.RecordCount == 0 || header.RecordCount != header.LastOffsetDelta + 1)
            throw new InvalidRecordBatchException(
                $"a batch to append has as many records as offsets, not {header.RecordCount} on {header.LastOffsetDelta + 1}");
        if (_state.Config.Compacts) RecordKeys.Check(batch);
    }

    /// <summary>The log seen by readers in its own process.</summary>
    private sealed class OwnView(LogState state, AppendPipeline pipeline) : LogView
    {
        public override string Directory => state.Directory;

        public override SegmentList Segments => state.Segments;

        public override long LogStartOffset
        {
            get
            {
                long start = state.Checkpoint.Current.LogStartOffset;
                return state.Segments.All is [var first, ..] ? Math.Max(start, first.BaseOffset) : start;
            }
        }

        public override long LogEndOffset => pipeline.LogEndOffset;

        public override Task WaitForMoreAsync() => state.Signal.WaitAsync();
    }
}
