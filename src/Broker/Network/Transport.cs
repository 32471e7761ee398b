using LogStore.Broker.Security;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.Broker.Network;

/// <summary>Moves a connection's bytes: over a socket as it is, over TLS, or within the process.</summary>
/// <remarks>One receive and one send may run at the same time.</remarks>
internal abstract class Transport : IAsyncDisposable
{
    /// <summary>
    /// Makes the connection ready for its first byte; returns who the other side has proved to be, null where it has not.
    /// </summary>
    public virtual ValueTask<Principal?> OpenAsync(CancellationToken cancellationToken) => ValueTask.FromResult<Principal?>(null);

    /// <summary>Receives what there is, at least a byte; 0 when the other side has closed.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>
    /// Sends frames, the external bytes in them included, in pieces: <paramref name="progress"/> is touched with each that was
    /// taken.
    /// </summary>
    public abstract ValueTask SendAsync(FrameBuffer frames, ActivityMark progress, CancellationToken cancellationToken);

    /// <summary>Ends it at once: what waits fails.</summary>
    public abstract void Abort();

    public abstract ValueTask DisposeAsync();
}
