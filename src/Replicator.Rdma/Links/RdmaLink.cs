using LogStore.Replicator.Protocol;
using LogStore.Replicator.Rdma.Staging;
using LogStore.Replicator.Rdma.Verbs;
using LogStore.Replicator.Transport;
using LogStore.Replicator.Transport.Diagnostics;
using LogStore.Replicator.Transport.Frames;
using LogStore.Replicator.Transport.Links;

namespace LogStore.Replicator.Rdma.Links;

/// <summary>
/// A link whose frames are carried by a queue pair of its own: each end writes into the other's ring. Its thread waits for the
/// end of the TCP connection; the device's poller hands over what has arrived.
/// </summary>
internal sealed class RdmaLink : OfferedLink
{
    /// <summary>What a probe writes: two packets of the largest kind, so that a way that loses large ones is found out.</summary>
    private const int ProbeBytes = 8192;

    private readonly System.Net.Sockets.Socket _control;
    private readonly RdmaHub _hub;
    private readonly uint _number;
    private readonly RcQueuePair _pair;
    private readonly RdmaLinkMemory _memory;
    private readonly FrameAssembler _assembler;
    private readonly long _peerGeneration;
    private readonly ManualResetEventSlim _probed = new();
    private readonly List<WorkCompletion> _early = [];
    private RdmaSender? _sender;
    private StagingReader? _reader;
    private int _probeSlot = -1;
    private long _received;     // Frames, of the peer's sequence.
    private long _arrived;      // Messages and entries.
    private long _arrivedBefore;
    private long _heardAt;
    private long _peerPulse;
    private bool _isDisposed;   // Under the delivery lock.
    private string? _failure;   // Why the data path has ended, as opposed to the connection.

    /// <exception cref="LogStoreException">The device has no more of what it takes, or is gone.</exception>
    public RdmaLink(in LinkContext context, RdmaHub hub) : base(context, RdmaDataPlane.TransportName)
    {
        _control = context.Connection.Socket;
        _hub = hub;
        _number = hub.Enter(this);
        _peerGeneration = context.Peer.Generation;
        _assembler = new FrameAssembler(Options.MaxPayloadBytes);
        try
        {
            _memory = new RdmaLinkMemory(hub.Domain, hub.RingBytes);
            _pair = hub.CreateQueuePair();
            _pair.Initialize(hub.Port, MemoryAccess.RemoteWrite);
            for (int slot = 0; slot < RdmaLinkLayout.Receives; slot++) PostReceive(slot);
            Offer = new RdmaOffer(
                Generation, _pair.AddressOn(hub.Port), hub.Port.Attributes.ActiveMtu, _memory.Remote, hub.RingBytes,
                RdmaLinkLayout.Receives, RdmaLinkLayout.MessageBytes).Encode();
        }
        catch
        {
            Dispose();
            throw;
        }

        Note = hub.Description;
    }

    public override byte[] Offer { get; } = [];

    public override void Connect(ReadOnlySpan<byte> offer)
    {
        RdmaOffer peer = RdmaOffer.Decode(offer);
        int capacity = Math.Min(peer.RingBytes, _memory.RingBytes); // Which both ends find in the same way.
        lock (Delivery)
        {
            _reader = new StagingReader(capacity, RdmaLinkLayout.Receives, Generation);
            _sender = new RdmaSender(
                _number, _pair, _memory, peer, capacity, _hub.Port.Attributes.MaxMessageBytes, _reader, Generation,
                Options.MaxPayloadBytes, _hub.Staging, Abort);
        }

        _pair.Connect(_hub.Port, peer.QueuePair, new ConnectionOptions
        {
            PathMtu = (PathMtu)Math.Min((int)peer.Mtu, (int)_hub.Port.Attributes.ActiveMtu),
        });
    }

    public override void Probe()
    {
        lock (Delivery) _probeSlot = _sender!.Probe(ProbeBytes);
        bool isDone = _probed.Wait(Options.LinkTimeout / 2);
        if ((_failure ?? (IsEnded ? "the link was ended" : isDone ? null : "nothing came back in time")) is { } failure)
            throw new FrameException($"the way through {_hub.Name} does not carry: {failure}");
    }

    public override bool TrySend(in ReplicaMessage message) => _sender!.TrySend(message);

    public override bool TrySend(IPayloadSource source, int maxBytes) => _sender!.TrySend(source, maxBytes);

    public override void Flush() => _sender!.Flush();

    public override void Tick(bool canJudge)
    {
        long now = Options.TimeProvider.GetTimestamp();
        if (_sender!.Pulse() is not { } pulse) return;
        // A sign of life waits its turn behind the records that are under way; so what arrives is one as well.
        long arrived = Volatile.Read(ref _arrived);
        if (pulse != _peerPulse || arrived != _arrivedBefore || _heardAt == 0)
        {
            _peerPulse = pulse;
            _arrivedBefore = arrived;
            _heardAt = now;
            return;
        }

        TimeSpan silence = Options.TimeProvider.GetElapsedTime(_heardAt, now);
        // It may be the peer, or the way to it: whether it is the way, the next link's probe finds out.
        if (canJudge && silence > Options.LinkTimeout) Abort($"nothing was heard for {(long)silence.TotalMilliseconds} ms");
    }

    /// <summary>Takes the link down because of what carries it, and not because of the peer.</summary>
    public void Fail(string reason)
    {
        Interlocked.CompareExchange(ref _failure, reason, null);
        _probed.Set();
        Abort(reason);
    }

    /// <summary>Takes the link down because the device is about to be closed.</summary>
    public void Lose(string reason)
    {
        Abort(reason);
        _probed.Set();
    }

    /// <summary>What the poller has found for this link; on its thread.</summary>
    public void OnCompletions(ReadOnlySpan<WorkCompletion> completions)
    {
        lock (Delivery)
        {
            if (_isDisposed) return;
            try
            {
                Deliver(completions);
            }
            catch (FrameException exception)
            {
                Abort(exception.Message);
            }
            catch (RdmaException exception)
            {
                Fail(exception.Message);
            }
            catch (Exception exception)
            {
                TransportEvents.ReceiverFailed(Options.Logger, BrokerId, exception);
                Abort("a message was not handled");
            }
        }
    }

    public override void Dispose()
    {
        Close();
        lock (Delivery)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            // The queue pair first, then the key: whatever the peer still sends meets neither.
            _pair?.Dispose();
            _sender?.ReleaseLent(); // The device reads nothing any more.
            _memory?.Dispose();
            _assembler.Dispose();
            _probed.Dispose();
            _early.Clear();
        }

        _hub.Leave(_number);
    }

    protected override void Close() => _sender?.Close();

    protected override string Serve()
    {
        // Nothing more is said over the connection: that it ends is the news.
        Span<byte> nothing = stackalloc byte[1];
        return _control.Receive(nothing) == 0
            ? "the peer has closed the connection"
            : "the peer says something where nothing is to be said";
    }

    protected override void OnUp()
    {
        // The peer may have been faster.
        WorkCompletion[] early = [.. _early];
        _early.Clear();
        OnCompletions(early);
    }

    protected override void OnDown(string reason) => _hub.OnLinkDown(BrokerId, Volatile.Read(ref _failure));

    private void Deliver(ReadOnlySpan<WorkCompletion> completions)
    {
        bool hasMessages = false;
        foreach (ref readonly WorkCompletion completion in completions)
        {
            if (IsEnded) return; // The rest is of a link that is down.
            WorkId id = WorkId.Of(completion.Id);
            if (!completion.IsSuccess) Fail(Describe(completion, id));
            else if (id.IsSend) OnSent(id.Slot);
            else if (!IsUp) _early.Add(completion);
            else hasMessages |= Receive(completion, id.Slot);
        }

        if (IsEnded || !IsUp) return;
        if (hasMessages) Receiver.OnDrained(this);
        if (_sender!.TakeWritable()) Receiver.OnWritable(this);
        _sender.GrantIfDue();
        _sender.Flush();
    }

    private void OnSent(int slot)
    {
        _sender!.Complete(slot);
        if (slot == _probeSlot) _probed.Set();
    }

    /// <summary>Deals with a message, or an entry of the ring.</summary>
    /// <returns>Whether the receiver was told something.</returns>
    private bool Receive(in WorkCompletion completion, int slot)
    {
        bool hasMessages;
        Volatile.Write(ref _arrived, _arrived + 1);
        if (completion.HasImmediate)
        {
            StagingEntry entry = _reader!.Admit(_memory.Ring, completion.Immediate);
            hasMessages = TakeEntry(entry);
            _reader.Release(entry);
        }
        else
        {
            hasMessages = TakeMessage(_memory.Received(slot)[..(int)Math.Min(completion.Bytes, RdmaLinkLayout.MessageBytes)]);
        }

        if (IsEnded) return false;
        PostReceive(slot);
        _reader!.CountReceive();
        return hasMessages;
    }

    private bool TakeEntry(in StagingEntry entry)
    {
        ReadOnlySpan<byte> content = _memory.Ring.Slice(entry.Offset, entry.Length);
        if (!_assembler.TryTake(entry.Kind, content, out FrameHeader header, out ReadOnlySpan<byte> payload)) return false;
        TakeFrame(header, payload);
        return true;
    }

    private bool TakeMessage(ReadOnlySpan<byte> message)
    {
        StagingGrant grant = StagingGrant.Read(message);
        _sender!.Take(grant);
        for (int frame = 0; frame < grant.FrameCount && !IsEnded; frame++)
        {
            ReadOnlySpan<byte> bytes = message.Slice(StagingGrant.Size + (frame * FrameHeader.Size), FrameHeader.Size);
            TakeFrame(FrameHeader.Read(bytes, maxPayload: 0), []);
        }

        return grant.FrameCount > 0;
    }

    private void TakeFrame(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (!header.IsReplicaMessage) throw new FrameException($"a frame of kind {header.Kind} has come on a link that is up");
        if (header.Generation != _peerGeneration)
            throw new FrameException($"a frame is of generation {header.Generation}, the link of {_peerGeneration}");
        if (header.Sequence != _received++)
            throw new FrameException($"frame {header.Sequence} has come where {_received - 1} was next");
        Receiver.OnMessage(this, header.Message, payload);
    }

    private void PostReceive(int slot)
    {
        if (!_pair.TryPostReceive(new WorkId(_number, IsSend: false, slot).Raw, _memory.ReceiveSegment(slot)))
            throw new FrameException("the receive queue was full, which cannot be");
    }

    private string Describe(in WorkCompletion completion, WorkId id) =>
        $"{(id.IsSend ? "sending" : "receiving")} through {_hub.Name} failed: {completion.Status}";
}
