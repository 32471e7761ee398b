using LogStore.Replicator.Protocol;
using LogStore.Replicator.Rdma.Staging;
using LogStore.Replicator.Transport.Frames;
using LogStore.Simulation.Checkers;
using LogStore.Simulation.Cluster;
using LogStore.Simulation.Plans;
using LogStore.Simulation.Storage;

namespace LogStore.Simulation.Rdma;

/// <summary>
/// A process's end of a link over RDMA, as the transport has it: frames with records are written to the peer's ring,
/// others go in messages with what the peer may write next; what has come is admitted at once, and read later.
/// </summary>
internal sealed class RdmaEnd : IDisposable
{
    private const int MaxPayload = 64 * 1024;
    private const int MaxBacklog = 32 * 1024;
    private const int FramesPerMessage = 4;

    private readonly SimulatedCluster _cluster;
    private readonly World _world;
    private readonly RdmaPlan _plan;
    private readonly BrokerProcess _process;
    private readonly int _peer;
    private readonly StagingChecker _out;
    private readonly StagingChecker _in;
    private readonly Action<string> _end;
    private readonly RegisteredMemory _ring;
    private readonly StagingReader _reader;
    private readonly FrameAssembler _assembler = new(MaxPayload);
    private readonly SimulatedQueuePair _queuePair;
    private readonly Queue<OutgoingFrame> _backlog = new();
    private readonly Queue<(StagingEntry Entry, byte[]? Inline)> _admitted = new();
    private readonly Queue<WorkRequest> _underWay = new();
    private readonly List<WorkRequest> _chain = [];
    private readonly long _generation;
    private StagingWriter _writer = null!;
    private int _backlogBytes;
    private int _unsignalled;
    private long _frames;
    private bool _isOpen;
    private bool _isClosed;
    private bool _isFlushPlanned;
    private bool _isReadPlanned;

    public RdmaEnd(
        SimulatedCluster cluster, BrokerProcess process, int peer, StagingChecker outgoing, StagingChecker incoming,
        Action<string> end)
    {
        _cluster = cluster;
        _world = cluster.World;
        _plan = cluster.Plan.Rdma!;
        _process = process;
        _peer = peer;
        (_out, _in, _end) = (outgoing, incoming, end);
        _generation = Device.NextGeneration();
        _ring = Device.Register(_in);
        _reader = new StagingReader(_plan.RingBytes, _plan.Receives, _generation);
        _queuePair = new SimulatedQueuePair(cluster, this, process.BrokerId, peer, _out);
        process.Attach(this);
    }

    public SimulatedDevice Device => _process.Broker.Device;

    /// <summary>Where entries are built: as large as the peer's ring.</summary>
    public byte[] Memory { get; private set; } = null!;

    /// <summary>Whether more may be sent: not when too much waits for room.</summary>
    public bool HasRoom => _backlogBytes < MaxBacklog;

    private int ReceivesToLeave => _plan.Receives / 4; // What is needed to grant, if anything else is used up.

    public void Connect(RdmaEnd peer)
    {
        _writer = new StagingWriter(_plan.RingBytes, _plan.Receives, peer._generation);
        Memory = new byte[_plan.RingBytes];
        _queuePair.Connect(peer._queuePair, peer._ring.Key, _plan.Receives);
        if (Device.TakeLeftOver(_peer) is not { } message || _cluster.Network.IsHealed) return;
        if (!_world.Random.PerMille(10 * _plan.StrayPerMille)) return;
        Arrival stale = new(message, 0, IsStale: true);
        _world.After(_world.Random.Between(0, 500 * World.Ms), () => _queuePair.Put(stale));
    }

    /// <summary>The process knows of the link: what has come before is taken now.</summary>
    public void Open()
    {
        _isOpen = true;
        Poll();
    }

    /// <summary>The link is over, or the process: the ring can be written to no longer.</summary>
    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        _queuePair.Destroy();
        Device.Deregister(_ring);
        Device.Free(_ring);
        _assembler.Dispose();
    }

    public void Send(ReplicaMessage message, IReadOnlyList<SimulatedBatch>? records)
    {
        if (_isClosed) return;
        int length = records is null ? 0 : _cluster.Batches.LengthOf(records);
        byte[] bytes = new byte[FrameHeader.LengthOf(length)];
        if (records is not null) _cluster.Batches.Write(records, bytes.AsSpan(FrameHeader.Size));
        FrameHeader header = FrameHeader.Of(message, length, _frames++, _generation);
        header.Complete(bytes);
        _out.OnSent(header, bytes);
        _backlog.Enqueue(new OutgoingFrame(bytes, message, records is not null));
        _backlogBytes += bytes.Length;
        if (_isFlushPlanned) return;
        if (_world.Random.PerMille(600))
        {
            Flush();
            return;
        }

        _isFlushPlanned = true;
        _process.After(_world.Random.Between(1, 100), () =>
        {
            _isFlushPlanned = false;
            Flush();
        });
    }

    /// <summary>The poller looks, as it may at any time.</summary>
    public void Look()
    {
        if (_isOpen && !_isClosed) _process.Run(Poll);
    }

    /// <summary>The device has done with a work request, and with all before it.</summary>
    public void OnCompleted(long number) => _process.Run(() =>
    {
        if (_isClosed) return;
        while (_underWay.TryPeek(out WorkRequest? request) && request.Number <= number)
        {
            _underWay.Dequeue();
            if (request.End > 0) _writer.Complete(request.End);
            if (request.Carried is { } message) OnWritten(message);
        }

        Flush();
    });

    /// <summary>An error completion: the queue pair is of no use any more.</summary>
    public void OnError(string reason) => _process.Run(() =>
    {
        if (!_isClosed) _end($"broker {_process.BrokerId}: work requests to {_peer} are flushed: {reason}");
    });

    /// <summary>A message is in the peer's memory. That is no acknowledgement: nobody has looked at it there.</summary>
    private void OnWritten(in ReplicaMessage message) => _world.Say(
        $"{_process.BrokerId} -> {_peer}: written is {message.Kind} [{message.StartOffset},{message.EndOffset})");

    private void Poll()
    {
        if (!_isOpen || _isClosed) return;
        while (_queuePair.TryTake(out Arrival arrival))
        {
            try
            {
                Take(arrival);
            }
            catch (FrameException refused)
            {
                Refuse(refused, arrival);
                return;
            }
        }
    }

    private void Take(in Arrival arrival)
    {
        _out.OnAnswered(isEntry: arrival.Inline is null);
        if (arrival.Inline is { } message)
        {
            StagingGrant grant = StagingGrant.Read(message);
            if (!_writer.TryTake(grant)) throw new FrameException($"{grant} cannot be");
            _admitted.Enqueue((default, message));
            if (_world.Random.PerMille(200)) Device.LeaveOver(_peer, message);
            Flush();
        }
        else
        {
            StagingEntry entry = _reader.Admit(_ring.Bytes, arrival.Immediate);
            _in.OnAdmitted(entry);
            _cluster.Figures.Entries++;
            if (entry.Kind == StagingKind.Piece) _cluster.Figures.Pieces++;
            _admitted.Enqueue((entry, null));
            CountReceive(); // A write's announcement needs no memory: its work request can be posted again at once.
        }

        PlanRead();
    }

    /// <summary>What has come is not what the peer writes: right if the peer has not written it.</summary>
    private void Refuse(FrameException refused, in Arrival arrival)
    {
        if (!_ring.IsStruck && !arrival.IsStale) _in.Fail(refused.Message);
        _cluster.Figures.Refusals++;
        _end($"broker {_process.BrokerId}: refuses what has come from {_peer}: {refused.Message}");
        Dispose();
    }

    private void PlanRead()
    {
        if (_isReadPlanned || _admitted.Count == 0) return;
        _isReadPlanned = true;
        _process.After(_world.Random.Between(0, _plan.HandlingUs), () =>
        {
            _isReadPlanned = false;
            for (int most = 1 + _world.Random.Below(6); most > 0 && _admitted.Count > 0 && !_isClosed; most--) Read();
            if (_isClosed) return;
            if (_reader.IsGrantDue) Flush();
            PlanRead();
        });
    }

    private void Read()
    {
        (StagingEntry entry, byte[]? message) = _admitted.Dequeue();
        if (message is not null)
        {
            for (int at = StagingGrant.Size; at < message.Length; at += FrameHeader.Size)
                Receive(FrameHeader.Read(message.AsSpan(at), 0), default);
            CountReceive();
            return;
        }

        ReadOnlySpan<byte> content = _ring.Bytes.AsSpan(entry.Offset, entry.Length);
        if (_assembler.TryTake(entry.Kind, content, out FrameHeader header, out ReadOnlySpan<byte> payload))
        {
            Receive(header, payload);
        }

        _reader.Release(entry);
        _in.OnReleased(entry.End);
    }

    private void Receive(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        _in.OnReceived(header, payload);
        _cluster.Receive(
            _process, _peer, header.Message, payload.Length == 0 ? null : _cluster.Batches.Read(payload));
    }

    private void CountReceive()
    {
        _queuePair.PostReceive();
        _reader.CountReceive();
    }

    /// <summary>Posts what there is room for, in order. The last is signalled, or nobody would know it done.</summary>
    private void Flush()
    {
        if (_isClosed) return;
        while (_backlog.TryPeek(out OutgoingFrame? frame) && (frame.HasPayload ? TryWrite(frame) : TryMessage())) { }
        if (_reader.IsGrantDue && _writer.ReceivesLeft > 0)
        {
            _out.OnGrantAlone();
            PostMessage([]);
        }

        if (_chain.Count == 0) return;
        _chain[^1].IsSignalled = true;
        foreach (WorkRequest request in _chain)
        {
            _unsignalled = request.IsSignalled || _unsignalled + 1 == _plan.SignalEvery ? 0 : _unsignalled + 1;
            request.IsSignalled |= _unsignalled == 0;
            _underWay.Enqueue(request);
            _queuePair.Post(request);
        }

        _chain.Clear();
    }

    /// <summary>Writes a frame, or the next piece of it.</summary>
    private bool TryWrite(OutgoingFrame frame)
    {
        int length = Math.Min(frame.Bytes.Length - frame.Written, _writer.MaxContent);
        // Who writes records where they are sent from need not know how many they will be.
        int placed = Math.Min(_writer.MaxContent, length + _world.Random.Below(200));
        if (!_writer.HasRoom(placed, ReceivesToLeave)) return false;
        frame.Bytes.AsSpan(frame.Written, length).CopyTo(Memory.AsSpan(_writer.PlaceOf(placed)));
        frame.Written += length;
        bool isLast = frame.Written == frame.Bytes.Length;
        StagingWrite write = _writer.Commit(Memory, isLast ? StagingKind.Frame : StagingKind.Piece, placed, length);
        if (write.PadOffset >= 0)
        {
            _cluster.Figures.Pads++;
            _chain.Add(new WorkRequest { Offset = write.PadOffset, Length = StagingHeader.Size });
        }

        _out.OnPosted(write);
        _chain.Add(new WorkRequest
        {
            Offset = write.Offset,
            Length = write.Length,
            Immediate = write.Immediate,
            End = write.End,
            Carried = isLast ? frame.Message : null,
        });
        if (isLast) Forget();
        return true;
    }

    private bool TryMessage()
    {
        if (_writer.ReceivesLeft <= ReceivesToLeave) return false;
        List<OutgoingFrame> frames = [];
        while (frames.Count < FramesPerMessage && _backlog.TryPeek(out OutgoingFrame? frame) && !frame.HasPayload)
        {
            frames.Add(frame);
            Forget();
        }

        PostMessage(frames);
        return true;
    }

    private void PostMessage(List<OutgoingFrame> frames)
    {
        byte[] message = new byte[StagingGrant.Size + (frames.Count * FrameHeader.Size)];
        _reader.TakeGrant(frames.Count).WriteTo(message);
        for (int index = 0; index < frames.Count; index++)
            frames[index].Bytes.CopyTo(message, StagingGrant.Size + (index * FrameHeader.Size));
        _writer.CountMessage();
        _chain.Add(new WorkRequest { Inline = message, Carried = frames.Count > 0 ? frames[^1].Message : null });
    }

    private void Forget() => _backlogBytes -= _backlog.Dequeue().Bytes.Length;
}
