using System.Net.Sockets;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Transport.Frames;
using LogStore.Replicator.Transport.Links;

namespace LogStore.Replicator.Transport.Tcp;

/// <summary>A link over a TCP connection. Its thread waits in the system for what arrives; whoever flushes sends.</summary>
/// <remarks>
/// The socket stays a blocking one. A lone message thus costs one system call at either end, and wakes one thread: the one
/// that handles it.
/// </remarks>
internal sealed class TcpLink : PeerLink
{
    private readonly Socket _socket;
    private readonly long _peerGeneration;
    private readonly long _firstReceived;
    private readonly SendQueue _queue;
    private readonly TcpSender _sender;
    private readonly ConsumptionCounter _consumption;
    private readonly BetterWay _betterWay;
    private long _heardAt;
    private long _toldFrames;
    private bool _isReceiving; // Whether it is the peer's turn: silence while messages are handled here says nothing.

    /// <param name="context">The link.</param>
    /// <param name="channel">What has carried the handshake: the frames are counted on from there.</param>
    /// <param name="agreement">Why it is a link over TCP.</param>
    public TcpLink(in LinkContext context, SocketFrameChannel channel, DataPathAgreement agreement)
        : base(context, TcpReplicaTransport.Name)
    {
        _socket = context.Connection.Socket;
        _peerGeneration = context.Peer.Generation;
        _firstReceived = channel.ReceivedCount;
        _consumption = new ConsumptionCounter(context.Local.Window);
        _queue = new SendQueue(
            Options.SendBufferBytes, Options.MaxPayloadBytes, context.Peer.Window, Generation, channel.SentCount);
        _sender = new TcpSender(_queue, _socket, TellWritable, Abort, $"to broker {BrokerId}");
        _betterWay = new BetterWay(Options.DataPlane, BrokerId, agreement);
        _heardAt = Options.TimeProvider.GetTimestamp();
        Note = agreement.Reason;
    }

    public override bool TrySend(in ReplicaMessage message) => _queue.TrySend(message);

    public override bool TrySend(IPayloadSource source, int maxBytes) => _queue.TrySend(source, maxBytes);

    public override void Flush() => _sender.Flush();

    public override void Tick(bool canJudge)
    {
        TimeSpan silence = Options.TimeProvider.GetElapsedTime(Volatile.Read(ref _heardAt));
        if (canJudge && Volatile.Read(ref _isReceiving) && silence > Options.LinkTimeout)
        {
            Abort($"nothing was heard for {(long)silence.TotalMilliseconds} ms");
            return;
        }

        if (_betterWay.HasChanged(out bool isThere)) _queue.Announce(isThere);
        if (_betterWay.IsThereForBoth)
        {
            Abort($"{Options.DataPlane?.Name} is there at both ends now");
            return;
        }

        long frames = _queue.FrameCount;
        if (frames == _toldFrames)
        {
            _queue.AddHeartbeat(_consumption.Consumed);
            frames = _queue.FrameCount;
        }

        _sender.Flush();
        _toldFrames = frames;
    }

    public override void Dispose() => _sender.Stop();

    protected override void Close() => _queue.Close();

    protected override string Serve()
    {
        using ReceiveBuffer buffer = new(
            Options.ReceiveBufferBytes, Options.MaxPayloadBytes, _peerGeneration, _firstReceived);
        while (true)
        {
            Span<byte> free = buffer.GetFree();
            Volatile.Write(ref _isReceiving, true);
            int count = _socket.Receive(free);
            Volatile.Write(ref _isReceiving, false);
            Volatile.Write(ref _heardAt, Options.TimeProvider.GetTimestamp());
            if (count == 0 || IsEnded) return "the peer has closed the connection";
            buffer.Received(count);
            lock (Delivery) Deliver(buffer);
            if (_consumption.TakeGrant()) _queue.Grant(_consumption.Consumed);
            _sender.Flush();
            // Whoever was busy for long begins to wait only now.
            Volatile.Write(ref _heardAt, Options.TimeProvider.GetTimestamp());
        }
    }

    private void Deliver(ReceiveBuffer buffer)
    {
        bool hasMessages = false;
        bool isWritable = false;
        while (buffer.TryTake(out FrameHeader header, out ReadOnlySpan<byte> payload))
        {
            if (IsEnded) return; // The rest is of a link that is down.
            if (header.IsReplicaMessage)
            {
                Receiver.OnMessage(this, header.Message, payload);
                _consumption.Add(header.FrameLength);
                hasMessages = true;
            }
            else if (header.Kind is FrameKind.Credit or FrameKind.Heartbeat)
            {
                if (!_queue.TryConsume(header.Consumed, out bool hasRoom))
                    throw new FrameException($"the peer says that it has consumed {header.Consumed} bytes, which cannot be");
                isWritable |= hasRoom;
            }
            else if (header.Kind == FrameKind.BetterWay)
            {
                _betterWay.PeerHas(header.Consumed != 0);
            }
            else
            {
                throw new FrameException($"a frame of kind {header.Kind} has come on a link that is up");
            }
        }

        if (hasMessages) Receiver.OnDrained(this);
        if (isWritable) Receiver.OnWritable(this);
    }
}
