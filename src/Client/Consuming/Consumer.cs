using System.Runtime.CompilerServices;
using LogStore.Client.Cluster;
using LogStore.Client.Consuming;
using LogStore.Client.Groups;

namespace LogStore.Client;

/// <summary>Reads the records of partitions, alone or as a member of a group.</summary>
/// <remarks>
/// One call that consumes at a time; everything else can be called by any thread meanwhile. Records are fetched ahead
/// in the background. This class hands out whole batches without allocating for records; <see cref="Consumer{TKey,
/// TValue}"/> hands out single records, deserialized.
/// </remarks>
public partial class Consumer : IAsyncDisposable
{
    private readonly ConsumerOptions _options;
    private readonly ClusterClient _cluster;
    private readonly Assignment _assignment = new();
    private readonly PositionResolver _resolver;
    private readonly FetchCore _fetch;
    private FetchedPiece? _piece;
    private PartitionState? _pieceState;
    private bool _isDisposed;

    /// <summary>Makes a consumer; it connects when it is given partitions or topics.</summary>
    /// <exception cref="InvalidConfigException">The options contradict each other.</exception>
    public Consumer(ConsumerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _cluster = new ClusterClient(options, options.AllowAutoCreateTopics);
        _resolver = new PositionResolver(options, _cluster, _assignment, ReadCommittedAsync);
        _fetch = new FetchCore(options, _cluster, _assignment, _resolver);
        _resolver.Resolved = _fetch.Wake;
        _cluster.Refreshed = OnRefreshed;
        _coordination = options.GroupId is null ? null : new GroupCoordination(options, _cluster);
        _lastAutoCommit = options.TimeProvider.GetTimestamp();
    }

    /// <summary>What this consumer reads.</summary>
    public IReadOnlyList<TopicPartition> AssignedPartitions => _assignment.Partitions;

    /// <summary>Reads these partitions, and no others, without a group's assignment.</summary>
    /// <remarks>
    /// It begins at the group's committed offset if there is a group that has one, otherwise where
    /// <see cref="ConsumerOptions.AutoOffsetReset"/> says, unless <see cref="Seek(TopicPartition, long)"/> follows.
    /// Partitions that are assigned already go on where they are.
    /// </remarks>
    public void Assign(params IReadOnlyCollection<TopicPartition> partitions)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ThrowIfSubscribed();
        SetAssignment(partitions);
    }

    /// <summary>The next batch; waits until there is one.</summary>
    /// <returns>A view that is valid until the next call.</returns>
    /// <exception cref="ClientException">
    /// A partition cannot be consumed; it stays so until it is sought or given up. The others go on with the next call.
    /// </exception>
    public async ValueTask<ConsumedBatch> ReadBatchAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            await PrepareAsync(cancellationToken).ConfigureAwait(false);
            if (TryTakeBatch() is { } batch) return batch;
            await WaitForChangeAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The next batch; null if there is none within <paramref name="timeout"/>.</summary>
    /// <inheritdoc cref="ReadBatchAsync(CancellationToken)"/>
    public async ValueTask<ConsumedBatch?> ReadBatchAsync(
        TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource limit = CreateLimit(timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await ReadBatchAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>All batches, one after the other, until it is cancelled; each is valid until the next.</summary>
    public async IAsyncEnumerable<ConsumedBatch> ReadBatchesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true) yield return await ReadBatchAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Leaves the group, having committed if that is automatic, and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await LeaveAsync().ConfigureAwait(false);
        await _cluster.DisposeAsync().ConfigureAwait(false);
        await _fetch.StopAsync().ConfigureAwait(false);
        await _resolver.StopAsync().ConfigureAwait(false);
        _piece?.Dispose();
        _assignment.Set([]);
        GC.SuppressFinalize(this);
    }

    private protected CancellationTokenSource CreateLimit(TimeSpan timeout) => new(timeout, _options.TimeProvider);

    /// <summary>
    /// Moves the position within a batch that was handed out; false if the partition was sought or taken since, or is
    /// paused, for then it will go on at <paramref name="from"/>.
    /// </summary>
    private protected bool TryAdvance(ConsumedBatch batch, long from, long to)
    {
        lock (_assignment.Gate)
        {
            PartitionState state = batch.State;
            if (state.Version != batch.Version) return false;
            if (state.IsPaused && from != to)
            {
                state.SeekTo(from, state.PositionEpoch);
                return false;
            }

            state.Position = to;
            return true;
        }
    }

    /// <summary>Stops a partition at a record that cannot be read; false if it was sought or taken since.</summary>
    private protected bool TryRefuse(ConsumedBatch batch, long offset, ClientException error)
    {
        lock (_assignment.Gate)
        {
            PartitionState state = batch.State;
            if (state.Version != batch.Version) return false;
            state.SeekTo(offset, state.PositionEpoch);
            state.Error = error;
            return true;
        }
    }

    /// <summary>The next batch that is there; null if none is.</summary>
    private ConsumedBatch? TryTakeBatch()
    {
        bool hasRoom = false;
        ConsumedBatch? taken = null;
        lock (_assignment.Gate)
        {
            while (taken is null && (ContinuePiece() || StartPiece(ref hasRoom)))
            {
                if (!_piece!.TryTake(out RecordBatch batch))
                {
                    // All of it may have been control records, or aborted ones; they count as consumed too.
                    _pieceState!.Position = Math.Max(_pieceState.Position, _piece.NextOffset);
                    EndPiece();
                    continue;
                }

                taken = new ConsumedBatch(
                    _pieceState!, _piece.Version, batch, Math.Max(_pieceState!.Position, batch.BaseOffset),
                    _options.MaxDecompressedBatchBytes);
                (_pieceState.Position, _pieceState.PositionEpoch) = (batch.NextOffset, batch.LeaderEpoch);
            }
        }

        if (hasRoom) _fetch.Wake();
        return taken;
    }

    /// <summary>Whether the piece that batches are taken from can still be used.</summary>
    private bool ContinuePiece()
    {
        if (_piece is null) return false;
        if (_piece.Version == _pieceState!.Version && !_pieceState.IsPaused && _pieceState.Error is null) return true;
        // What is left of a paused partition's piece has to be kept.
        if (_piece.Version == _pieceState.Version) return false;
        EndPiece();
        return false;
    }

    private bool StartPiece(ref bool hasRoom)
    {
        if (_assignment.NextReady() is not { } state) return false;
        if (state.Buffered.Count == 0) throw state.Error!;
        if (_piece is not null && _pieceState!.Version == _piece.Version) _pieceState.PutBack(_piece);
        _piece = state.Buffered.Dequeue();
        _pieceState = state;
        state.BufferedBytes -= _piece.Size;
        hasRoom = true;
        return true;
    }

    private void EndPiece()
    {
        _piece?.Dispose();
        (_piece, _pieceState) = (null, null);
    }

    private async ValueTask WaitForChangeAsync(CancellationToken cancellationToken) =>
        await _assignment.Changed.WaitAsync().WaitAsync(cancellationToken).ConfigureAwait(false);

    private void SetAssignment(IReadOnlyCollection<TopicPartition> partitions)
    {
        _cluster.Track([.. partitions.Select(each => each.Topic).Distinct(StringComparer.Ordinal)]);
        _assignment.Set(partitions);
        ForgetTopicIds();
        NoteTopicIds(_cluster.Snapshot);
        _resolver.Start();
        _fetch.Wake();
    }
}
