using System.Buffers;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Transport.Frames;

namespace LogStore.Replicator.Transport.Links;

/// <summary>
/// The frames that are to be sent on a link, encoded where they are sent from. Knows when there is too much, and notices
/// when there is room again. One thread at a time has the role of the sender, and gets what is next without holding a lock
/// while the system sends it.
/// </summary>
/// <remarks>Thread-safe. What was asked for and refused is remembered under the lock that refused it: no wakeup is lost.</remarks>
internal sealed class SendQueue
{
    /// <summary>The least ring, in bytes.</summary>
    public const int MinRing = 4 * MessageReserve;

    // What data leaves free for messages without records, and these for the link's own frames. Were the ring filled by data
    // alone, two ends that are both full could wait for each other's acknowledgements for ever.
    private const int MessageReserve = 64 * 1024;
    private const int LinkReserve = 4 * 1024;

    private readonly Lock _gate = new();
    private readonly SendRing _ring;
    private readonly LinkCredit _credit;
    private readonly long _generation;
    private readonly int _maxPayload;
    private long _sequence;
    private long _grant = -1;        // What is to be told as consumed; -1 for nothing.
    private long _announcement = -1;  // Whether there is a better way, which is to be told; -1 for nothing.
    private byte[]? _large;          // A frame that the ring is too small for; it goes before the ring.
    private int _largeLength;
    private int _largeSent;
    private int _wantedData;         // The smallest frame with records that was refused, in bytes; 0 for none.
    private bool _isMessageWanted;
    private bool _isSending;
    private bool _isClosed;

    /// <param name="ringBytes">The size of the ring.</param>
    /// <param name="maxPayload">The most that a payload may have, in bytes.</param>
    /// <param name="peerWindow">How much the peer takes beyond what it has consumed, in bytes.</param>
    /// <param name="generation">The link's generation.</param>
    /// <param name="firstSequence">The number of the next frame.</param>
    public SendQueue(int ringBytes, int maxPayload, long peerWindow, long generation, long firstSequence)
    {
        _ring = new SendRing(ringBytes);
        _credit = new LinkCredit(peerWindow);
        _maxPayload = maxPayload;
        _generation = generation;
        _sequence = firstSequence;
    }

    /// <summary>How many frames there have been.</summary>
    public long FrameCount => Volatile.Read(ref _sequence);

    /// <summary>Takes a message without records.</summary>
    /// <returns>False: there is no room; <see cref="Sent"/> or <see cref="TryConsume"/> will say when there is.</returns>
    public bool TrySend(in ReplicaMessage message)
    {
        lock (_gate)
        {
            if (_isClosed) return true;
            if (!HasRoomForMessage())
            {
                _isMessageWanted = true;
                return false;
            }

            AddToRing(FrameHeader.Of(message, 0, _sequence, _generation));
            _credit.Sent(FrameHeader.Size);
            return true;
        }
    }

    /// <summary>Takes a message with records; see <see cref="IReplicaLink.TrySend(IPayloadSource, int)"/>.</summary>
    public bool TrySend(IPayloadSource source, int maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxBytes, _maxPayload);
        int room = FrameHeader.LengthOf(maxBytes);
        lock (_gate)
        {
            if (_isClosed) return true;
            if (!HasRoomForData(room))
            {
                if (_wantedData == 0 || room < _wantedData) _wantedData = room;
                return false;
            }

            if (IsLarge(room)) AddLarge(source, maxBytes);
            else AddToRing(source, maxBytes, room);
            return true;
        }
    }

    /// <summary>Tells the peer what was consumed, as soon as there is room.</summary>
    public void Grant(long consumed)
    {
        lock (_gate)
        {
            _grant = consumed;
            AddOwnFrames();
        }
    }

    /// <summary>Tells the peer whether there is a better way than this link's, as soon as there is room.</summary>
    public void Announce(bool isThere)
    {
        lock (_gate)
        {
            _announcement = isThere ? 1 : 0;
            AddOwnFrames();
        }
    }

    /// <summary>Adds a sign of life, unless frames are waiting anyway.</summary>
    public void AddHeartbeat(long consumed)
    {
        lock (_gate)
        {
            if (_isClosed || !_ring.IsEmpty || _large is not null) return;
            AddToRing(FrameHeader.Of(FrameKind.Heartbeat, 0, _sequence, _generation, consumed));
        }
    }

    /// <summary>Takes the role of the sender.</summary>
    /// <returns>False: there is nothing to send, or somebody is sending, and takes along what has been added.</returns>
    public bool TryBecomeSender()
    {
        lock (_gate)
        {
            if (_isSending || _isClosed || (_ring.IsEmpty && _large is null)) return false;
            return _isSending = true;
        }
    }

    /// <summary>For the sender: what to send next. With nothing left, the role is given up.</summary>
    public bool TryGetNext(out ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            bytes = _isClosed ? default
                : _large is not null ? _large.AsMemory(_largeSent, _largeLength - _largeSent)
                : _ring.Pending;
            return _isSending = !bytes.IsEmpty;
        }
    }

    /// <summary>For the sender: so much was sent of what is next.</summary>
    /// <returns>Whether there is room now for what was refused.</returns>
    public bool Sent(int length)
    {
        lock (_gate)
        {
            if (_large is null)
            {
                _ring.Remove(length);
            }
            else if ((_largeSent += length) == _largeLength)
            {
                ArrayPool<byte>.Shared.Return(_large);
                _large = null;
            }

            AddOwnFrames();
            return TakeWritable();
        }
    }

    /// <summary>Takes the peer's word for what it has consumed.</summary>
    /// <param name="consumed">Bytes of frames, ever.</param>
    /// <param name="isWritable">Whether there is room now for what was refused.</param>
    /// <returns>False: that cannot be.</returns>
    public bool TryConsume(long consumed, out bool isWritable)
    {
        lock (_gate)
        {
            bool isPossible = _credit.TryConsume(consumed);
            isWritable = isPossible && TakeWritable();
            return isPossible;
        }
    }

    /// <summary>From now on everything is swallowed, and nothing is sent.</summary>
    public void Close()
    {
        lock (_gate) _isClosed = true;
    }

    private bool IsLarge(int frameLength) => frameLength > _ring.Capacity - MessageReserve;

    private bool HasRoomForMessage() =>
        _ring.HasRoom(FrameHeader.Size, LinkReserve) && _credit.Admits(FrameHeader.Size, isData: false);

    private bool HasRoomForData(int frameLength) =>
        _credit.Admits(frameLength, isData: true) &&
        (IsLarge(frameLength) ? _large is null && _ring.IsEmpty : _ring.HasRoom(frameLength, MessageReserve));

    private bool TakeWritable()
    {
        if (_isClosed) return false;
        if (!(_isMessageWanted && HasRoomForMessage()) && !(_wantedData > 0 && HasRoomForData(_wantedData))) return false;
        _isMessageWanted = false; // Who is refused again, says so again.
        _wantedData = 0;
        return true;
    }

    private void AddOwnFrames()
    {
        AddOwn(FrameKind.Credit, ref _grant);
        AddOwn(FrameKind.BetterWay, ref _announcement);
    }

    private void AddOwn(FrameKind kind, ref long value)
    {
        if (value < 0 || _isClosed || !_ring.HasRoom(FrameHeader.Size, leftOver: 0)) return;
        AddToRing(FrameHeader.Of(kind, 0, _sequence, _generation, value));
        value = -1;
    }

    private void AddToRing(in FrameHeader header)
    {
        header.Complete(_ring.Room(FrameHeader.Size));
        _ring.Add(FrameHeader.Size, FrameHeader.Size);
        _sequence++;
    }

    private void AddToRing(IPayloadSource source, int maxBytes, int room)
    {
        int length = Encode(source, _ring.Room(room), maxBytes);
        _ring.Add(length, room);
    }

    private void AddLarge(IPayloadSource source, int maxBytes)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(FrameHeader.LengthOf(maxBytes));
        try
        {
            _largeLength = Encode(source, bytes, maxBytes);
            _largeSent = 0;
            _large = bytes;
        }
        finally
        {
            if (_large is null) ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private int Encode(IPayloadSource source, Span<byte> frame, int maxBytes)
    {
        int payloadLength = source.Write(frame.Slice(FrameHeader.Size, maxBytes), out ReplicaMessage message);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)payloadLength, (uint)maxBytes, nameof(source));
        FrameHeader header = FrameHeader.Of(message, payloadLength, _sequence, _generation);
        header.Complete(frame[..header.FrameLength]);
        _sequence++;
        _credit.Sent(header.FrameLength);
        return header.FrameLength;
    }
}
