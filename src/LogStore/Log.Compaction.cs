using LogStore.Compaction;
using LogStore.Producers;

namespace LogStore;

/// <summary>Compaction: when it runs, and what it gives way to.</summary>
public sealed partial class Log
{
    /// <summary>One compaction at a time in the process, so that many logs need no more memory than one.</summary>
    private static readonly SemaphoreSlim CompactionTurn = new(1, 1);

    private readonly Lock _compactionGate = new();
    private CancellationTokenSource? _compaction;
    private int _preemptions;

    /// <summary>Compacts the log if <c>cleanup.policy</c> says so and enough was written since the last time.</summary>
    /// <remarks>
    /// Runs by itself every <see cref="LogOptions.RetentionCheckInterval"/>; never blocks appends or reading. It gives way to
    /// truncation, to the deletion of records and to closing, and goes on, another time, where it was.
    /// </remarks>
    /// <returns>What was done; null when nothing was due, or it gave way.</returns>
    /// <exception cref="CorruptLogException">A stored batch is damaged.</exception>
    /// <exception cref="DiskFullException">There is no space for a compacted segment; the log goes on as it is.</exception>
    /// <exception cref="LogFaultedException">An I/O error at the wrong moment: the log must be opened again.</exception>
    public async ValueTask<LogCompaction?> CompactAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_state.Config.Compacts) return null;
        await CompactionTurn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _maintenance.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await CompactAloneAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _maintenance.Release();
            }
        }
        finally
        {
            CompactionTurn.Release();
        }
    }

    private async ValueTask<LogCompaction?> CompactAloneAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Fault is { } fault) throw new LogFaultedException(Directory, fault.InnerException!);
        if (_state.Segments.Last is { } active && CompactionPlan.IsOverdue(_state, active))
            await _pipeline.RollAsync(cancellationToken).ConfigureAwait(false);
        if (CompactionPlan.Due(_state, LogStartOffset) is not { } plan) return null;
        using CancellationTokenSource preempted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_compactionGate)
        {
            if (_preemptions > 0) return null;
            _compaction = preempted;
        }

        try
        {
            HashSet<long> remembered = _pipeline.WithProducers(RememberedBatches);
            LogCompactor compactor = new(_state, _view, _pipeline.SetFault, preempted.Token);
            return await Task.Run(() => compactor.Run(plan, remembered), CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            lock (_compactionGate) _compaction = null;
        }
    }

    /// <summary>Waits for the maintenance lock, ending a compaction that holds it.</summary>
    private async ValueTask PreemptMaintenanceAsync(CancellationToken cancellationToken = default)
    {
        lock (_compactionGate)
        {
            _preemptions++;
            _compaction?.Cancel();
        }

        try
        {
            await _maintenance.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_compactionGate) _preemptions--;
        }
    }

    private static HashSet<long> RememberedBatches(ProducerStateManager producers)
    {
        HashSet<long> offsets = [];
        foreach (ProducerState producer in producers.Producers)
        {
            for (int index = 0; index < producer.Count; index++) offsets.Add(producer[index].BaseOffset);
        }

        return offsets;
    }
}
