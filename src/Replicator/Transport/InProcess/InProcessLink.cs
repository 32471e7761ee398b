using System.Buffers;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Transport.Diagnostics;
using LogStore.Replicator.Transport.Frames;
using LogStore.Replicator.Transport.Links;

namespace LogStore.Replicator.Transport.InProcess;

/// <summary>One end of a link within the process.</summary>
/// <param name="owner">Whose receiver is told.</param>
/// <param name="brokerId">The peer.</param>
/// <param name="window">How much the peer takes, in bytes.</param>
/// <param name="abort">Takes both ends down.</param>
internal sealed class InProcessLink(
    InProcessReplicaTransport owner, int brokerId, long window, Action<string> abort) : IReplicaLink
{
    private static long s_generation;

    private readonly SerialQueue _queue = owner.QueueOf(brokerId);
    private readonly Lock _gate = new();
    private readonly LinkCredit _credit = new(window);
    private List<InProcessFrame> _taken = [];
    private InProcessLink? _other;
    private long _consumed;      // By the peer, of what was sent here.
    private int _wantedData;     // The smallest frame with records that was refused, in bytes; 0 for none.
    private bool _isMessageWanted;
    private volatile bool _isClosed;
    private bool _isUp;          // In the queue only.

    public int BrokerId => brokerId;

    public long Generation { get; } = Interlocked.Increment(ref s_generation);

    /// <summary>Joins two ends, and tells both receivers.</summary>
    public static void Join(InProcessLink first, InProcessLink second)
    {
        first._other = second;
        second._other = first;
        first.PostUp();
        second.PostUp();
    }

    public bool TrySend(in ReplicaMessage message)
    {
        lock (_gate)
        {
            if (_isClosed) return true;
            if (!_credit.Admits(FrameHeader.Size, isData: false))
            {
                _isMessageWanted = true;
                return false;
            }

            Take(new InProcessFrame(message, null, 0));
            return true;
        }
    }

    public bool TrySend(IPayloadSource source, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxBytes, owner.Options.MaxPayloadBytes);
        int room = FrameHeader.LengthOf(maxBytes);
        lock (_gate)
        {
            if (_isClosed) return true;
            if (!_credit.Admits(room, isData: true))
            {
                if (_wantedData == 0 || room < _wantedData) _wantedData = room;
                return false;
            }

            byte[] payload = ArrayPool<byte>.Shared.Rent(maxBytes);
            int length = source.Write(payload.AsSpan(0, maxBytes), out ReplicaMessage message);
            Take(new InProcessFrame(message, payload, length));
            return true;
        }
    }

    public void Flush()
    {
        lock (_gate)
        {
            if (_taken.Count == 0 || _isClosed) return;
            List<InProcessFrame> frames = _taken;
            _taken = [];
            _other!._queue.Post(() => _other.Deliver(frames)); // With the lock: in the order in which they were taken.
        }
    }

    public void Abort(string reason) => abort(reason);

    /// <summary>From now on everything is swallowed; the receiver is told.</summary>
    public void Close(string reason)
    {
        _isClosed = true;
        _queue.Post(() =>
        {
            _isUp = false;
            TransportEvents.LinkDown(owner.Options.Logger, Generation, brokerId, reason);
            Tell(() => owner.Receiver.OnLinkDown(this, isRefused: false));
        });
    }

    private void PostUp() => _queue.Post(() =>
    {
        _isUp = true;
        TransportEvents.LinkUp(owner.Options.Logger, Generation, brokerId, InProcessReplicaTransport.Name);
        Tell(() => owner.Receiver.OnLinkUp(this));
    });

    private void Take(in InProcessFrame frame)
    {
        _taken.Add(frame);
        _credit.Sent(frame.Length);
    }

    private void Deliver(List<InProcessFrame> frames)
    {
        foreach (InProcessFrame frame in frames)
        {
            if (!_isClosed)
                Tell(() => owner.Receiver.OnMessage(this, frame.Message, frame.Payload.AsSpan(0, frame.PayloadLength)));
            frame.Return();
            _other!.Consumed(frame.Length);
        }

        if (!_isClosed) Tell(() => owner.Receiver.OnDrained(this));
    }

    private void Consumed(int length)
    {
        lock (_gate)
        {
            _consumed += length;
            _credit.TryConsume(_consumed);
            bool isWritable = (_isMessageWanted && _credit.Admits(FrameHeader.Size, isData: false)) ||
                (_wantedData > 0 && _credit.Admits(_wantedData, isData: true));
            if (!isWritable) return;
            _isMessageWanted = false;
            _wantedData = 0;
        }

        _queue.Post(() =>
        {
            if (_isUp) Tell(() => owner.Receiver.OnWritable(this));
        });
    }

    private void Tell(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            TransportEvents.ReceiverFailed(owner.Options.Logger, brokerId, exception);
            Abort("the receiver failed");
        }
    }
}
