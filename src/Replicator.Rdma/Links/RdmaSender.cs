using System.Buffers;
using LogStore.Reading;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Rdma.Staging;
using LogStore.Replicator.Rdma.Verbs;
using LogStore.Replicator.Transport;
using LogStore.Replicator.Transport.Frames;

namespace LogStore.Replicator.Rdma.Links;

/// <summary>
/// The sending side of a link: frames with records are written into the peer's ring, those without go in messages, a few at a
/// time, and every message begins with a grant. All of it passes through one send queue, and so arrives in the order in which
/// it was taken. Records that have just been appended are sent from the memory in which their log has staged them, which is held
/// until the device is done with it.
/// </summary>
/// <remarks>
/// Thread-safe. Whoever flushes posts, under the lock, which is what keeps the order. What was asked for and refused is
/// remembered under the lock that refused it: no wakeup is lost.
/// </remarks>
internal sealed class RdmaSender
{
    private const int NoMessage = -1;

    /// <summary>The longest piece of a long frame, in bytes: each that arrives is a sign of life.</summary>
    private const int MaxPiece = 512 * 1024;

    private readonly Lock _gate = new();
    private readonly uint _link;
    private readonly RcQueuePair _pair;
    private readonly RdmaLinkMemory _memory;
    private readonly RemoteSegment _ring;
    private readonly RemoteSegment _peerPulse;
    private readonly StagingWriter _writer;
    private readonly StagingReader _reader;
    private readonly long _generation;
    private readonly int _maxPayload;
    private readonly int _maxContent;
    private readonly int _signalBytes;
    private readonly StagingRegions _staging;
    private readonly Action<string> _onFailed;
    private readonly WorkRequest[] _batch = new WorkRequest[16];
    private readonly long[] _ends = new long[RdmaLinkLayout.Sends]; // How far the ring was written, at each place.
    private readonly LentBatches[] _lent = new LentBatches[RdmaLinkLayout.Sends]; // What is sent from elsewhere, likewise.
    private int _batchCount;
    private long _queued;            // Work requests that were posted, or are in the batch.
    private long _done;              // Those whose places are free again.
    private long _end;
    private int _unsignaled;
    private int _unsignaledBytes;
    private int _openSlot = NoMessage;  // The message that frames are being added to.
    private int _openFrames;
    private long _sequence;
    private byte[]? _large;          // A frame that is too long for one entry; nothing passes it.
    private int _largeLength;
    private int _largeSent;
    private int _wantedData;         // The smallest frame with records that was refused, in bytes; 0 for none.
    private bool _isMessageWanted;
    private bool _isClosed;

    public RdmaSender(
        uint link, RcQueuePair pair, RdmaLinkMemory memory, in RdmaOffer peer, int capacity, uint maxWrite, StagingReader reader,
        long generation, int maxPayload, StagingRegions staging, Action<string> onFailed)
    {
        _onFailed = onFailed;
        _link = link;
        _pair = pair;
        _memory = memory;
        _ring = peer.Ring;
        _peerPulse = peer.Ring.Plus((ulong)peer.RingBytes);
        _writer = new StagingWriter(capacity, peer.ReceiveDepth, peer.Generation);
        _reader = reader;
        _generation = generation;
        _maxPayload = maxPayload;
        _staging = staging;
        _maxContent = (int)Math.Min((uint)_writer.MaxContent, maxWrite - StagingHeader.Size);
        _signalBytes = capacity / RdmaLinkLayout.SignalsPerRing;
    }

    /// <summary>Takes a message without records.</summary>
    /// <returns>False: there is no room; <see cref="TakeWritable"/> will say when there is.</returns>
    public bool TrySend(in ReplicaMessage message)
    {
        lock (_gate)
        {
            if (_isClosed) return true;
            if (!HasRoomForMessage())
            {
                _isMessageWanted = true;
                Post();
                return false;
            }

            if (_openSlot == NoMessage) Open();
            Span<byte> frame = _memory.Message(_openSlot).Slice(
                StagingGrant.Size + (_openFrames * FrameHeader.Size), FrameHeader.Size);
            FrameHeader.Of(message, 0, _sequence++, _generation).Complete(frame);
            if (++_openFrames == RdmaLinkLayout.FramesPerMessage) Seal();
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
                Post();
                return false;
            }

            if (room > _maxContent)
            {
                AddLarge(source, maxBytes, room);
            }
            else if (source.TryLend(maxBytes, out LentBatches lent, out ReplicaMessage message))
            {
                AddLent(lent, message);
            }
            else
            {
                Span<byte> place = _memory.Mirror.Slice(_writer.PlaceOf(room), room);
                int length = Encode(source, place, maxBytes);
                Seal(); // What was taken before goes before.
                AddEntry(StagingKind.Frame, room, length);
            }

            return true;
        }
    }

    /// <summary>Posts what was taken.</summary>
    public void Flush()
    {
        lock (_gate) Post();
    }

    /// <summary>Tells the peer what it may do, when that is due: after what was received was dealt with.</summary>
    public void GrantIfDue()
    {
        lock (_gate)
        {
            // A message that is waiting to be posted brings a grant anyway.
            if (_isClosed || _openSlot != NoMessage || !_reader.IsGrantDue) return;
            if (!HasPlaces(1) || _writer.ReceivesLeft < 1) return; // It stays due.
            Open();
            Post();
        }
    }

    /// <summary>A work request has completed, and all that were posted before it.</summary>
    public void Complete(int slot)
    {
        lock (_gate)
        {
            if (_isClosed) return;
            long distance = (slot - _done) % RdmaLinkLayout.Sends;
            long done = _done + (distance < 0 ? distance + RdmaLinkLayout.Sends : distance) + 1;
            for (; _done < done; _done++) ReleaseLent((int)(_done % RdmaLinkLayout.Sends));
            _writer.Complete(_ends[slot]);
            PumpLarge();
        }
    }

    /// <summary>Takes the peer's word for what this end may do.</summary>
    /// <exception cref="FrameException">That cannot be.</exception>
    public void Take(in StagingGrant grant)
    {
        lock (_gate)
        {
            if (_isClosed) return;
            if (!_writer.TryTake(grant)) throw new FrameException($"the peer grants what cannot be: {grant}");
            PumpLarge();
        }
    }

    /// <summary>Whether there is room now for what was refused.</summary>
    public bool TakeWritable()
    {
        lock (_gate)
        {
            if (_isClosed) return false;
            if (!(_isMessageWanted && HasRoomForMessage()) && !(_wantedData > 0 && HasRoomForData(_wantedData))) return false;
            _isMessageWanted = false; // Who is refused again, says so again.
            _wantedData = 0;
            return true;
        }
    }

    /// <summary>Gives a sign of life, and looks at the peer's.</summary>
    /// <returns>A number that is another than last time if the peer has given one; null when the link is closed.</returns>
    public long? Pulse()
    {
        lock (_gate)
        {
            if (_isClosed) return null;
            if (HasPlaces(1))
            {
                Seal();
                _memory.Pulse++;
                // Its completion is also that of the last work request before the link fell idle.
                WorkRequestOptions options = WorkRequestOptions.Signaled |
                    (_pair.MaxInlineBytes >= sizeof(long) ? WorkRequestOptions.Inline : WorkRequestOptions.None);
                Add(WorkRequest.Write(TakeSlot(), _memory.PulseSegment, _peerPulse, options));
            }

            Post();
            return Volatile.Read(ref _memory.PeerPulse);
        }
    }

    /// <summary>Writes zeros where the first entries will be: whether large packets get through.</summary>
    /// <returns>The place in the send queue that completes.</returns>
    public int Probe(int bytes)
    {
        lock (_gate)
        {
            ulong id = TakeSlot();
            Add(WorkRequest.Write(id, _memory.MirrorSegment(0, bytes), _ring));
            Post();
            return WorkId.Of(id).Slot;
        }
    }

    /// <summary>From now on everything is swallowed, nothing is sent, and no memory is touched.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (_isClosed) return;
            _isClosed = true;
            if (_large is not null) ArrayPool<byte>.Shared.Return(_large);
            _large = null;
        }
    }

    /// <summary>Gives back what is still lent: the queue pair is gone.</summary>
    public void ReleaseLent()
    {
        lock (_gate)
        {
            for (int slot = 0; slot < RdmaLinkLayout.Sends; slot++) ReleaseLent(slot);
        }
    }

    private bool HasPlaces(int count) => RdmaLinkLayout.Sends - (_queued - _done) >= count;

    private bool HasRoomForMessage() =>
        _large is null && (_openSlot != NoMessage ||
            (HasPlaces(1 + RdmaLinkLayout.SendsForGrants) && _writer.ReceivesLeft > RdmaLinkLayout.ReceivesForGrants));

    // An entry may take a pad before it, and a message that is open goes first.
    private bool HasRoomForData(int frameLength) =>
        _large is null && HasPlaces(3 + RdmaLinkLayout.SendsForMessages) &&
        _writer.HasRoom(Math.Min(frameLength, _maxContent), RdmaLinkLayout.ReceivesForMessages + 1);

    private int Encode(IPayloadSource source, Span<byte> frame, int maxBytes)
    {
        int payloadLength = source.Write(frame.Slice(FrameHeader.Size, maxBytes), out ReplicaMessage message);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)payloadLength, (uint)maxBytes, nameof(source));
        FrameHeader header = FrameHeader.Of(message, payloadLength, _sequence, _generation);
        header.Complete(frame[..header.FrameLength]);
        _sequence++;
        return header.FrameLength;
    }

    /// <summary>Sends records from where they lie, or from a copy where that is cheaper or the only way.</summary>
    private void AddLent(in LentBatches lent, in ReplicaMessage message)
    {
        MemoryRegion? region = lent.Length < RdmaLinkLayout.LeastLent ? null : _staging.Find(lent.Block);
        FrameHeader header = FrameHeader.Of(message, lent.Length, _sequence++, _generation);
        int length = header.FrameLength;
        Span<byte> frame = _memory.Mirror.Slice(_writer.PlaceOf(length), length);
        if (region is null)
        {
            lent.Bytes.CopyTo(frame[FrameHeader.Size..]);
            lent.Release();
        }

        header.Complete(frame);
        Seal(); // What was taken before goes before.
        if (region is null) AddEntry(StagingKind.Frame, length, length);
        else AddEntryOf(lent, region, length);
    }

    private void AddLarge(IPayloadSource source, int maxBytes, int room)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(room);
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

        Seal();
        PumpLarge();
    }

    /// <summary>Writes as many pieces of a long frame as there is room for.</summary>
    private void PumpLarge()
    {
        if (_large is null) return;
        // Posting may fail, and then the link is closed meanwhile.
        while (_large is { } large && _largeSent < _largeLength)
        {
            int length = Math.Min(_largeLength - _largeSent, Math.Min(_maxContent, MaxPiece));
            if (!HasPlaces(2 + RdmaLinkLayout.SendsForMessages) ||
                !_writer.HasRoom(length, RdmaLinkLayout.ReceivesForMessages)) break;
            large.AsSpan(_largeSent, length).CopyTo(_memory.Mirror.Slice(_writer.PlaceOf(length), length));
            _largeSent += length;
            AddEntry(_largeSent < _largeLength ? StagingKind.Piece : StagingKind.Frame, length, length);
        }

        if (_large is not null && _largeSent == _largeLength)
        {
            ArrayPool<byte>.Shared.Return(_large);
            _large = null;
        }

        Post();
    }

    private void AddEntry(StagingKind kind, int placedLength, int length)
    {
        StagingWrite write = Commit(kind, placedLength, length);
        Add(WorkRequest.WriteWithImmediate(
            TakeSlot(), _memory.MirrorSegment(write.Offset, write.Length), _ring.Plus((ulong)write.Offset), write.Immediate,
            Signal(write.Length)));
    }

    /// <summary>Takes the headers from the mirror and the records from where they lie, until the device is done with them.</summary>
    private void AddEntryOf(in LentBatches lent, MemoryRegion region, int length)
    {
        StagingWrite write = Commit(StagingKind.Frame, length, length);
        ulong id = TakeSlot();
        _lent[WorkId.Of(id).Slot] = lent;
        // Signaled, since memory that a log wants back must not wait for work requests that may not come.
        Signal(write.Length, always: true);
        Add(WorkRequest.WriteWithImmediate(
            id, _memory.MirrorSegment(write.Offset, StagingHeader.Size + FrameHeader.Size), _ring.Plus((ulong)write.Offset),
            write.Immediate) with
        {
            Tail = region.Slice((nuint)lent.Start, (uint)lent.Length),
        });
    }

    private StagingWrite Commit(StagingKind kind, int placedLength, int length)
    {
        StagingWrite write = _writer.Commit(_memory.Mirror, kind, placedLength, length);
        if (write.PadOffset >= 0)
        {
            Add(WorkRequest.Write(
                TakeSlot(), _memory.MirrorSegment(write.PadOffset, StagingHeader.Size), _ring.Plus((ulong)write.PadOffset),
                Signal(StagingHeader.Size)));
        }

        _end = write.End;
        return write;
    }

    private void ReleaseLent(int slot)
    {
        _lent[slot].Release();
        _lent[slot] = default;
    }

    private void Open()
    {
        _openSlot = WorkId.Of(TakeSlot()).Slot;
        _openFrames = 0;
        _writer.CountMessage();
    }

    /// <summary>Adds no more to the message that is open: it goes as it is, with what may be granted by now.</summary>
    private void Seal()
    {
        if (_openSlot == NoMessage) return;
        int slot = _openSlot;
        int length = StagingGrant.Size + (_openFrames * FrameHeader.Size);
        _openSlot = NoMessage;
        _reader.TakeGrant(_openFrames).WriteTo(_memory.Message(slot));
        WorkRequestOptions options = Signal(length);
        if (length <= _pair.MaxInlineBytes) options |= WorkRequestOptions.Inline;
        Add(WorkRequest.Send(new WorkId(_link, IsSend: true, slot).Raw, _memory.MessageSegment(slot, length), options));
    }

    private ulong TakeSlot()
    {
        int slot = (int)(_queued++ % RdmaLinkLayout.Sends);
        return new WorkId(_link, IsSend: true, slot).Raw;
    }

    private WorkRequestOptions Signal(int bytes, bool always = false)
    {
        _unsignaled++;
        _unsignaledBytes += bytes;
        if (!always && _unsignaled < RdmaLinkLayout.SignalEvery && _unsignaledBytes < _signalBytes) return WorkRequestOptions.None;
        _unsignaled = 0;
        _unsignaledBytes = 0;
        return WorkRequestOptions.Signaled;
    }

    private void Add(in WorkRequest request)
    {
        _ends[WorkId.Of(request.Id).Slot] = _end;
        _batch[_batchCount++] = request;
        if (_batchCount == _batch.Length) PostBatch();
    }

    private void Post()
    {
        Seal();
        PostBatch();
    }

    private void PostBatch()
    {
        if (_batchCount == 0 || _isClosed) return;
        int count = _batchCount;
        _batchCount = 0;
        try
        {
            // Places were counted: the queue cannot be full.
            if (_pair.TryPost(_batch.AsSpan(0, count)) < count) _onFailed("the send queue was full, which cannot be");
        }
        catch (VerbsException exception)
        {
            _onFailed(exception.Message);
        }
    }
}
