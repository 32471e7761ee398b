namespace LogStore.Replicator.Transport.Tcp;

/// <summary>A peer as it was named last, for as long as it is. Thread-safe.</summary>
internal sealed class TcpPeer(ReplicaPeer peer) : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly SemaphoreSlim _lost = new(1);
    private string? _reason;

    public ReplicaPeer Peer => peer;

    /// <summary>Cancelled when the peer is no longer one.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Why there is no link; null before anything was tried.</summary>
    public string? Reason
    {
        get => Volatile.Read(ref _reason);
        set => Volatile.Write(ref _reason, value);
    }

    /// <summary>A link to it has gone down.</summary>
    public void LinkLost(string reason)
    {
        Reason = reason;
        _lost.Release();
    }

    /// <summary>Waits until there is no link: at first there is none.</summary>
    public Task WaitLostAsync() => _lost.WaitAsync(Ended);

    public void Dispose() => _ended.Cancel(); // Not disposed of: those who wait for it are told just so.
}
