using LogStore.Replicator.Rdma.Staging;
using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Replicator.Rdma.Links;

/// <summary>
/// A link's memory, registered for it alone and gone with it: a ring that the peer writes to, and memory that the peer cannot
/// reach, from which is sent and into which messages are received.
/// </summary>
/// <remarks>Not to be used after it was disposed of: the memory is unmapped.</remarks>
internal sealed class RdmaLinkMemory : IDisposable
{
    private readonly NativeSlab _ringSlab;
    private readonly NativeSlab _ownSlab;
    private readonly MemoryRegion _ring;
    private readonly MemoryRegion _own;
    private readonly nuint _sends;
    private readonly nuint _receives;

    /// <param name="domain">Where to register it.</param>
    /// <param name="ringBytes">The size of the ring.</param>
    /// <exception cref="RdmaException">It cannot be had.</exception>
    public RdmaLinkMemory(ProtectionDomain domain, int ringBytes)
    {
        RingBytes = ringBytes;
        _ringSlab = NativeSlab.Allocate((nuint)(ringBytes + StagingHeader.Line));
        _sends = (nuint)(ringBytes + StagingHeader.Line);
        _receives = _sends + (RdmaLinkLayout.Sends * RdmaLinkLayout.MessageStride);
        try
        {
            _ring = domain.Register(_ringSlab, MemoryAccess.LocalWrite | MemoryAccess.RemoteWrite);
            _ownSlab = NativeSlab.Allocate(_receives + (RdmaLinkLayout.Receives * RdmaLinkLayout.MessageStride));
            _own = domain.Register(_ownSlab, MemoryAccess.LocalWrite);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The size of the ring in bytes.</summary>
    public int RingBytes { get; }

    /// <summary>What the peer must know to write to the ring.</summary>
    public RemoteSegment Remote => _ring.Remote;

    /// <summary>The ring, which the peer can change at any time.</summary>
    public Span<byte> Ring => _ring.AsSpan(0, RingBytes);

    /// <summary>The peer's signs of life: a number that it raises.</summary>
    public ref long PeerPulse => ref System.Runtime.InteropServices.MemoryMarshal.AsRef<long>(
        _ring.AsSpan((nuint)RingBytes, sizeof(long)));

    /// <summary>Where entries for the peer's ring are built, at the same offsets: so much of that is used.</summary>
    public Span<byte> Mirror => _own.AsSpan(0, RingBytes);

    /// <summary>This end's sign of life, to be written to the peer's.</summary>
    public ref long Pulse => ref System.Runtime.InteropServices.MemoryMarshal.AsRef<long>(
        _own.AsSpan((nuint)RingBytes, sizeof(long)));

    /// <summary><see cref="Pulse"/> for a work request.</summary>
    public MemorySegment PulseSegment => _own.Slice((nuint)RingBytes, sizeof(long));

    /// <summary>A part of <see cref="Mirror"/> for a work request.</summary>
    public MemorySegment MirrorSegment(int offset, int length) => _own.Slice((nuint)offset, (uint)length);

    /// <summary>The message that is sent in a place of the send queue.</summary>
    public Span<byte> Message(int slot) => _own.AsSpan(SendAt(slot), RdmaLinkLayout.MessageBytes);

    /// <summary><see cref="Message"/> for a work request.</summary>
    public MemorySegment MessageSegment(int slot, int length) => _own.Slice(SendAt(slot), (uint)length);

    /// <summary>A message that was received.</summary>
    public ReadOnlySpan<byte> Received(int slot) => _own.AsSpan(ReceiveAt(slot), RdmaLinkLayout.MessageBytes);

    /// <summary>Where a message is received.</summary>
    public MemorySegment ReceiveSegment(int slot) => _own.Slice(ReceiveAt(slot), RdmaLinkLayout.MessageBytes);

    public void Dispose()
    {
        // The key first: from then on nobody can write to the ring.
        _ring?.Dispose();
        _own?.Dispose();
        _ringSlab.Dispose();
        _ownSlab?.Dispose();
    }

    private nuint SendAt(int slot) => _sends + (nuint)(slot * RdmaLinkLayout.MessageStride);

    private nuint ReceiveAt(int slot) => _receives + (nuint)(slot * RdmaLinkLayout.MessageStride);
}
