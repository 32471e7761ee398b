using System.Runtime.ExceptionServices;
using LogStore.Diagnostics;
using LogStore.IO;
using LogStore.Producers;
using LogStore.Records;
using LogStore.Segments;

namespace LogStore.Appending;

/// <summary>
/// A follower's appends. The batches have their offsets and stand back to back already, so they are not staged: the caller
/// takes the writer's role and writes them from where they lie.
/// </summary>
internal sealed partial class AppendPipeline
{
    private readonly Lock _replication = new();
    private readonly ReplicatedRun _replicated = new();

    /// <summary>The epoch of the last batch; -1 when there is none.</summary>
    public int LatestEpoch
    {
        get
        {
            lock (_gate) return _log.Epochs.Latest;
        }
    }

    /// <inheritdoc cref="Log.AppendReplicated"/>
    public AppendResult AppendReplicated(ReadOnlySpan<byte> bytes)
    {
        lock (_replication)
        {
            _replicated.Read(bytes);
            Exception? error = TryStageReplicated() ? WriteReplicatedHere(bytes) : AppendReplicatedAlone(bytes);
            if (error is not null) ExceptionDispatchInfo.Throw(error);
            return new AppendResult(_replicated.First.BaseOffset, _replicated.Last.LastOffset, IsDuplicate: false);
        }
    }

    /// <summary>Brings everything to the device that was appended before the call, without waiting for it.</summary>
    public void RequestFlush()
    {
        Turn turn;
        lock (_gate)
        {
            ThrowIfUnusable();
            _flushRequest = Math.Max(_flushRequest, _nextOffset);
            turn = FlushTurn(); // What is still being written is flushed when its writer ends.
        }

        Take(turn);
    }

    /// <summary>Makes the state in memory that of an empty log that begins at an offset.</summary>
    /// <remarks>Only inside <see cref="RunExclusiveAsync"/>; the files are gone, and nobody waits for a flush any more.</remarks>
    public void AdoptEmpty(long startOffset)
    {
        lock (_gate)
        {
            _sealing.Clear();
            Volatile.Write(ref _logEndOffset, startOffset);
            Volatile.Write(ref _flushedOffset, startOffset);
            _nextOffset = _flushRequest = startOffset;
            _plan.Reset(segment: null, firstTimestamp: -1);
            _log.Epochs.Clear();
            _log.Producers.Clear();
        }
    }

    /// <summary>Takes the writer's role and gives the batches their place. False: somebody else is at it.</summary>
    private bool TryStageReplicated()
    {
        lock (_gate)
        {
            ThrowIfUnusable();
            if (_suspended || _writer != Role.Free || _filling is not null || !_waitingForRoom.IsEmpty) return false;
            if (BeginsBelowEmptyLog()) return false;
            StageReplicated(_nextOffset);
            _writer = Role.Held;
            return true;
        }
    }

    private Exception? WriteReplicatedHere(ReadOnlySpan<byte> bytes)
    {
        Exception? error = TryWriteReplicated(bytes);
        if (KeepWriting()) PassWriter();
        return error;
    }

    /// <summary>Waits until the log is quiet, and appends while everybody else waits.</summary>
    private Exception? AppendReplicatedAlone(ReadOnlySpan<byte> bytes)
    {
        _exclusive.Wait();
        try
        {
            SuspendAsync().GetAwaiter().GetResult();
            try
            {
                bool beginsBelow;
                lock (_gate)
                {
                    ThrowIfUnusable();
                    beginsBelow = BeginsBelowEmptyLog();
                    if (!beginsBelow) StageReplicated(_nextOffset);
                }

                return beginsBelow ? AppendBelowEmptyLog(bytes) : TryWriteReplicated(bytes);
            }
            finally
            {
                Resume();
            }
        }
        finally
        {
            _exclusive.Release();
        }
    }

    /// <summary>
    /// Whether the log is empty and begins in the middle of the first batch, as its leader's does when records were deleted
    /// from the middle of a batch.
    /// </summary>
    private bool BeginsBelowEmptyLog() => _log.Segments.Last is null &&
        _replicated.First.BaseOffset < _nextOffset && _replicated.First.LastOffset >= _nextOffset;

    /// <summary>
    /// The segment begins below the log's start. A crash may leave it without a batch: nothing that is on the device by then may
    /// say that the log had come further.
    /// </summary>
    private Exception? AppendBelowEmptyLog(ReadOnlySpan<byte> bytes)
    {
        long baseOffset = _replicated.First.BaseOffset;
        try
        {
            // An empty log's snapshots say nothing, but would have a replay begin behind the batch's base.
            DeleteSnapshots(_log.Options.Storage, _log.Directory);
            _log.Checkpoint.Update(current => current with
            {
                RecoveryPoint = Math.Min(current.RecoveryPoint, baseOffset),
                CleanEnd = -1,
                CleanBytes = -1,
            });
        }
        catch (IOException exception) when (LibC.IsDiskFull(exception))
        {
            return new DiskFullException(_log.Directory, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return SetFault(exception);
        }

        lock (_gate) StageReplicated(baseOffset);
        Exception? error = TryWriteReplicated(bytes);
        return error is DiskFullException && LogEndOffset < _replicated.First.NextOffset ? BecomeEmptyAgain(error) : error;
    }

    /// <summary>The next batch may well begin elsewhere, and what was noted of this one lies below the log's end.</summary>
    private Exception BecomeEmptyAgain(Exception error)
    {
        try
        {
            if (_log.Segments.Last is { } unused)
            {
                _log.Segments.Remove(unused);
                unused.Delete();
            }

            AdoptEmpty(LogEndOffset);
            return error;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return SetFault(exception);
        }
    }

    private static void DeleteSnapshots(Storage storage, string directory)
    {
        foreach (string name in storage.ListFiles(directory))
        {
            if (SegmentNames.TryParse(name, SegmentNames.SnapshotSuffix, out _))
                storage.DeleteFile(Path.Combine(directory, name));
        }
    }

    /// <summary>Checks where the batches belong and takes note of them, as <see cref="Stage"/> does of one that gets its place.</summary>
    /// <param name="baseOffset">Where the first must begin.</param>
    private void StageReplicated(long baseOffset)
    {
        ReplicatedRun run = _replicated;
        ReplicatedRun.CheckFollows(run.First, baseOffset, _log.Epochs.Latest);
        // One segment takes the whole run if it can, so that a full device refuses all of it or nothing.
        int room = run.Length;
        ReadOnlySpan<RecordBatchHeader> headers = run.Headers;
        for (int index = 0; index < headers.Length; index++)
        {
            ref readonly RecordBatchHeader header = ref headers[index];
            if (_plan.MustRoll(room, header.LastOffset, header.MaxTimestamp))
            {
                run.Rolls.Add(new SegmentRoll(index, header.BaseOffset, ProducerSnapshot.Write(_log.Producers)));
                _plan.Roll(header.BaseOffset);
            }

            _plan.Add(header.SizeInBytes, header.MaxTimestamp);
            _log.Producers.Record(header, header.BaseOffset, header.MaxTimestamp);
            _log.Epochs.Record(header.LeaderEpoch, header.BaseOffset);
            room = index + 1 < headers.Length ? headers[index + 1].SizeInBytes : 0;
        }

        _nextOffset = run.Last.NextOffset;
        Volatile.Write(ref _leaderEpoch, Math.Max(_leaderEpoch, run.Last.LeaderEpoch));
        if (_nextOffset - Math.Max(_flushRequest, _flushedOffset) >= _log.Config.FlushMessages) _flushRequest = _nextOffset;
    }

    private Exception? TryWriteReplicated(ReadOnlySpan<byte> bytes)
    {
        try
        {
            WriteReplicated(bytes);
            LogTelemetry.AppendedRecords.Add(_replicated.Records);
            LogTelemetry.AppendedBytes.Add(bytes.Length);
            return null;
        }
        catch (Exception exception) when (LibC.IsDiskFull(exception))
        {
            return Reject(exception, _replicated.Count);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or LogStoreException)
        {
            return SetFault(exception);
        }
    }

    private void WriteReplicated(ReadOnlySpan<byte> bytes)
    {
        _log.Checkpoint.MarkOpen();
        int first = 0;
        foreach (SegmentRoll roll in _replicated.Rolls)
        {
            WriteRun(_replicated.Batches(first, roll.FirstBatch), bytes);
            Roll(roll);
            first = roll.FirstBatch;
        }

        WriteRun(_replicated.Batches(first, _replicated.Count), bytes);
    }
}
