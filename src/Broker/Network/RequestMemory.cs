namespace LogStore.Broker.Network;

/// <summary>
/// The bound on the memory of all requests that are being received or answered. Who finds it used up waits in line.
/// </summary>
/// <remarks>
/// A request that has begun to arrive holds memory while it asks for more, and several such could wait for each other for
/// ever. So one of them at a time may exceed the bound: it completes, gives everything back, and is followed by the next.
/// What is used is at most the bound, the largest request, and what never waits. Thread-safe.
/// </remarks>
internal sealed class RequestMemory(long capacity)
{
    /// <summary>
    /// A request of this size never waits: however many large ones fill the memory, a heartbeat, a fetch or a small produce
    /// goes through.
    /// </summary>
    private const int NeverWaits = 4 * 1024;

    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private long _used;
    private bool _isExceeded;

    /// <summary>What is taken at the moment, in bytes.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Takes bytes, waiting for them where there are none.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="isMore">Whether they are for a request that holds some already.</param>
    /// <param name="patience">How long to wait at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<MemoryGrant> TakeAsync(
        int bytes, bool isMore, TimeSpan patience, CancellationToken cancellationToken)
    {
        LinkedListNode<Waiter> place;
        lock (_gate)
        {
            // What alone exceeds the bound is let through when nothing else is: a bound must not forbid what is allowed.
            if (bytes <= NeverWaits || (_waiting.Count == 0 && Fits(bytes))) return Give(bytes, MemoryGrant.Within);
            if (isMore && !_isExceeded) return Give(bytes, MemoryGrant.Exceeding);
            place = _waiting.AddLast(new Waiter(bytes, isMore));
        }

        try
        {
            return await place.Value.Ready.Task.WaitAsync(patience, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            if (!Withdraw(place)) return await place.Value.Ready.Task.ConfigureAwait(false); // Given in the meantime.
            if (exception is OperationCanceledException) throw;
            return MemoryGrant.None;
        }
    }

    /// <summary>Takes bytes for the request that exceeds the bound already.</summary>
    public void TakeMore(int bytes)
    {
        lock (_gate) _used += bytes;
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(int bytes, MemoryGrant grant)
    {
        lock (_gate)
        {
            _used -= bytes;
            if (grant == MemoryGrant.Exceeding) _isExceeded = false;
            Serve();
        }
    }

    private bool Fits(int bytes) => _used + bytes <= capacity || _used == 0;

    private MemoryGrant Give(int bytes, MemoryGrant grant)
    {
        _used += bytes;
        if (grant == MemoryGrant.Exceeding) _isExceeded = true;
        return grant;
    }

    private bool Withdraw(LinkedListNode<Waiter> place)
    {
        lock (_gate)
        {
            if (place.List is null) return false;
            _waiting.Remove(place);
            Serve(); // The next in line may be content with less.
            return true;
        }
    }

    private void Serve()
    {
        while (_waiting.First is { } first && Fits(first.Value.Bytes)) Serve(first, MemoryGrant.Within);
        if (_isExceeded) return;
        for (LinkedListNode<Waiter>? each = _waiting.First; each is not null; each = each.Next)
        {
            if (!each.Value.IsMore) continue;
            Serve(each, MemoryGrant.Exceeding);
            return;
        }
    }

    private void Serve(LinkedListNode<Waiter> place, MemoryGrant grant)
    {
        _waiting.Remove(place);
        place.Value.Ready.SetResult(Give(place.Value.Bytes, grant));
    }

    private sealed class Waiter(int bytes, bool isMore)
    {
        public int Bytes { get; } = bytes;

        public bool IsMore { get; } = isMore;

        public TaskCompletionSource<MemoryGrant> Ready { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
