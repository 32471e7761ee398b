using LogStore.Appending;
using LogStore.Diagnostics;
using LogStore.Epochs;
using LogStore.Reading;
using LogStore.Records;
using LogStore.Recovery;

namespace LogStore;

/// <summary>What a replica needs: the leader's batches taken as they are, and handed on as they are.</summary>
public sealed partial class Log
{
    /// <summary>
    /// The leader epoch of the last batch; -1 when there is none. Unlike <see cref="LeaderEpoch"/> it goes back when the log is
    /// truncated, and knows nothing of epochs that were begun and not written in.
    /// </summary>
    public int LatestEpoch => _pipeline.LatestEpoch;

    /// <summary>
    /// The offset below which no replica's records will be taken back (exclusive), as whoever replicates the log has found out;
    /// <see cref="long.MaxValue"/> for a log that is not replicated. Retention and compaction stay below it.
    /// </summary>
    public long HighWatermark
    {
        get => _state.HighWatermark;
        set => _state.HighWatermark = value;
    }

    /// <summary>
    /// Appends whole batches as they come from the leader, back to back, with the offsets, epochs and timestamps that it has
    /// stamped. On return they are in the file and <see cref="LogEndOffset"/> has moved; <c>flush.messages</c> has a flush
    /// requested, not waited for. The memory is the caller's again.
    /// </summary>
    /// <param name="batches">
    /// One batch or more. The first begins where the log ends, and each where the one before it ends; a batch may have fewer
    /// records than offsets, or none. Only in an empty log may the first begin below the end, if it reaches beyond it: then the
    /// leader's records were deleted up to the middle of that batch. <c>max.message.bytes</c> is not applied, and producers'
    /// sequences are recorded but not judged: the leader has accepted the batches.
    /// </param>
    /// <returns>The base offset of the first batch and the last offset of the last.</returns>
    /// <remarks>
    /// Thread-safe, one call at a time. Allocates nothing in the steady state; it waits for appends and maintenance under way.
    /// </remarks>
    /// <exception cref="InvalidRecordBatchException">
    /// A batch is cut short, damaged, not the next one, or of an older leader epoch than the one before it; nothing was appended.
    /// </exception>
    /// <exception cref="DiskFullException">
    /// Nothing was appended, and it may be retried; when the batches belong in several segments, those of the first ones may have
    /// been, which <see cref="LogEndOffset"/> tells.
    /// </exception>
    /// <exception cref="LogFaultedException">The log must be opened again.</exception>
    public AppendResult AppendReplicated(ReadOnlySpan<byte> batches)
    {
        if (batches.IsEmpty) throw new ArgumentException("There is no batch to append.", nameof(batches));
        return _pipeline.AppendReplicated(batches);
    }

    /// <summary>
    /// As <see cref="AppendAsync(RecordBatch, AckWhen, CancellationToken)"/>, on the condition that <see cref="LeaderEpoch"/> is
    /// <paramref name="leaderEpoch"/> at the moment at which the batch is given its offset: who no longer leads appends nothing.
    /// </summary>
    /// <exception cref="FencedLeaderEpochException">Another leader epoch has begun.</exception>
    /// <inheritdoc cref="AppendAsync(RecordBatch, AckWhen, CancellationToken)" path="/exception"/>
    public ValueTask<AppendResult> AppendAsync(
        RecordBatch batch, int leaderEpoch, AckWhen ack = AckWhen.Appended, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Check(batch);
        return _pipeline.AppendAsync(batch, ack, cancellationToken, leaderEpoch);
    }

    /// <summary>
    /// Completes when every append that was given its offset before the call has come to its end: it is in the file, or was
    /// refused. After <see cref="BeginLeaderEpoch"/> nothing of an earlier leader epoch is written from here on, so that
    /// <see cref="LogEndOffset"/> and <see cref="LatestEpoch"/> describe the log for good.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LogFaultedException">The log must be opened again.</exception>
    public ValueTask SettleAsync(CancellationToken cancellationToken = default) => _pipeline.SettleAsync(cancellationToken);

    /// <summary>A cursor, which the caller disposes, to copy the log's batches with.</summary>
    public LogCursor OpenCursor()
    {
        ThrowIfDisposed();
        return new LogCursor(this, _view);
    }

    /// <summary>
    /// Has everything made durable that was appended before the call, and returns at once: a flush under way takes it along or
    /// is followed by another. <see cref="AddFlushListener"/> tells of its end, <see cref="Fault"/> of its failure.
    /// </summary>
    /// <exception cref="LogFaultedException">The log must be opened again.</exception>
    public void RequestFlush() => _pipeline.RequestFlush();

    /// <summary>
    /// Has <paramref name="listener"/> called each time <see cref="FlushedOffset"/> has moved, on the thread that flushed: it
    /// must be quick, must not throw and must not append.
    /// </summary>
    public void AddFlushListener(Action listener) => _state.FlushSignal.AddListener(listener);

    /// <summary>Ends <see cref="AddFlushListener"/>; a call that is under way may still come.</summary>
    public void RemoveFlushListener(Action listener) => _state.FlushSignal.RemoveListener(listener);

    /// <summary>
    /// Empties the log, whatever is in it, and has it begin anew, empty, at <paramref name="startOffset"/>: segments, epochs and
    /// producers are gone. <see cref="LeaderEpoch"/> stays. Appends under way are waited for. Durable on return; a crash on the
    /// way leaves the old log, or what there was of it up to some batch, or the new one.
    /// </summary>
    /// <param name="startOffset">Where the log begins and ends afterwards; 0 or more, and not bound to where it was.</param>
    /// <param name="cancellationToken">Ends the wait for running appends; once deleting has begun it is completed.</param>
    /// <exception cref="DiskFullException">Nothing was deleted; it may be retried.</exception>
    /// <exception cref="LogFaultedException">An I/O error: the log must be opened again, and is as after a crash.</exception>
    public async ValueTask ResetAsync(long startOffset, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(startOffset);
        await PreemptMaintenanceAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _pipeline.RunExclusiveAsync(() => Reset(startOffset), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _maintenance.Release();
        }
    }

    /// <inheritdoc cref="AppendPipeline.TryLend"/>
    internal bool TryLend(long offset, long endOffset, int maxBytes, out LentBatches lent) =>
        _pipeline.TryLend(offset, endOffset, maxBytes, out lent);

    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    private void Reset(long startOffset)
    {
        _pipeline.FlushAlone(); // Whoever waits for what goes has its answer first.
        // The mark first: a crash on the way must not find a recovery point above what is left.
        long first = _state.Segments.All is [var oldest, ..] ? oldest.BaseOffset : LogStartOffset;
        UpdateCheckpoint(current => current with
        {
            RecoveryPoint = Math.Min(current.RecoveryPoint, first),
            CompactedTo = Math.Min(current.CompactedTo, first),
            CleanEnd = -1,
            CleanBytes = -1,
        });
        _view.BeginTruncation();
        try
        {
            while (_state.Segments.Last is { } last)
            {
                _state.Segments.Remove(last);
                last.Delete();
            }

            // Behind the segments: as long as one is left, recovery may need what was known where it begins.
            DeleteSnapshots(_ => true);
            _state.Options.Storage.DeleteFile(Path.Combine(Directory, LeaderEpochHistory.FileName));
            // Before the new start is durable, so that no power loss brings back what stood below it.
            _state.Options.Storage.FlushDirectory(Directory);
            _pipeline.AdoptEmpty(startOffset);
            _state.Checkpoint.Update(current => LogCheckpoint.Empty with
            {
                LogStartOffset = startOffset,
                RecoveryPoint = startOffset,
                Swaps = current.Swaps + 2, // Another process that reads the log looks for its segments anew.
            });
            LogEvents.Reset(_state.Logger, Directory, startOffset);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or LogStoreException)
        {
            throw _pipeline.SetFault(exception);
        }
        finally
        {
            _view.EndTruncation();
            _state.Signal.Raise(); // Readers that waited above the new end are told.
            _state.FlushSignal.Raise();
        }
    }
}
