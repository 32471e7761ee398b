using System.Net.Sockets;
using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Replicator.Rdma.Diagnostics;

/// <summary>
/// One side of a probe: a queue pair with its queues, and memory whose first half the peer writes into and whose second
/// half is sent from.
/// </summary>
internal sealed class ProbeEndpoint : IDisposable
{
    private const int QueueDepth = 128;

    private readonly RdmaPort _port;
    private readonly ProtectionDomain _domain;
    private readonly NativeSlab _slab;
    private readonly nuint _half;
    private readonly WorkCompletion[] _one = new WorkCompletion[1];

    public ProbeEndpoint(RdmaPortSelection selection, int bytes)
    {
        Bytes = bytes;
        _half = ((nuint)bytes + 63) / 64 * 64;
        _port = RdmaPort.Open(selection);
        try
        {
            _domain = _port.Context.AllocateProtectionDomain();
            Sends = _port.Context.CreateCompletionQueue(QueueDepth);
            Receives = _port.Context.CreateCompletionQueue(QueueDepth);
            _slab = NativeSlab.Allocate(2 * _half);
            Region = _domain.Register(_slab, MemoryAccess.LocalWrite | MemoryAccess.RemoteWrite);
            QueuePair = _domain.CreateRcQueuePair(new QueuePairOptions
            {
                SendQueue = Sends,
                ReceiveQueue = Receives,
                MaxSendWorkRequests = QueueDepth,
                MaxReceiveWorkRequests = QueueDepth,
            });
            QueuePair.Initialize(_port);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The length of each message.</summary>
    public int Bytes { get; }

    public string DeviceName => _port.Context.Device.Name;

    public GidEntry Source => _port.Source;

    public CompletionQueue Sends { get; }

    public CompletionQueue Receives { get; }

    public MemoryRegion Region { get; }

    public RcQueuePair QueuePair { get; }

    /// <summary>Where the peer's messages come in.</summary>
    public MemorySegment Incoming => Region.Slice(0, (uint)Bytes);

    /// <summary>What is sent.</summary>
    public MemorySegment Outgoing => Region.Slice(_half, (uint)Bytes);

    public Span<byte> IncomingBytes => Region.AsSpan(0, Bytes);

    public Span<byte> OutgoingBytes => Region.AsSpan(_half, Bytes);

    /// <summary>Where the peer's incoming half is.</summary>
    public RemoteSegment Remote { get; private set; }

    public ProbeAddress Address
    {
        get
        {
            QueuePairAddress own = QueuePair.AddressOn(_port);
            return new ProbeAddress(own.Number, own.PacketSequenceNumber, own.Gid.ToHex(), own.LocalId,
                _port.Attributes.ActiveMtu, Region.Remote.Address, Region.RemoteKey);
        }
    }

    /// <summary>Small messages travel inside their work requests, which saves the device a look-up.</summary>
    public WorkRequestOptions InlineIfSmall =>
        Bytes <= QueuePair.MaxInlineBytes ? WorkRequestOptions.Inline : WorkRequestOptions.None;

    public void Connect(ProbeAddress peer)
    {
        Remote = new RemoteSegment(peer.Memory, peer.Key);
        QueuePair.Connect(_port, peer.ToQueuePairAddress(), new ConnectionOptions
        {
            PathMtu = (PathMtu)Math.Min((int)peer.Mtu, (int)_port.Attributes.ActiveMtu),
        });
    }

    /// <summary>Spins until a completion comes.</summary>
    /// <returns>False if the peer closed its TCP connection instead.</returns>
    /// <exception cref="ProbeException">The connection failed, or there was silence for too long.</exception>
    public bool AwaitCompletion(CompletionQueue queue, Socket control)
    {
        for (SpinLimit limit = new(SpinLimit.Polls); queue.Poll(_one) == 0;)
        {
            if (!limit.Spin(control)) return false;
        }

        if (!_one[0].IsSuccess) ThrowFailed(_one[0]);
        return true;
    }

    public static void ThrowFailed(in WorkCompletion completion) =>
        throw new ProbeException($"The connection failed: {completion}. See whether the peer still runs and can be reached.");

    public void Dispose()
    {
        QueuePair?.Dispose();
        Region?.Dispose();
        _slab?.Dispose();
        Sends?.Dispose();
        Receives?.Dispose();
        _domain?.Dispose();
        _port.Dispose();
    }
}
