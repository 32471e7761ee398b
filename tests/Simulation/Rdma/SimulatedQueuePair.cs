using LogStore.Simulation.Checkers;
using LogStore.Simulation.Cluster;

namespace LogStore.Simulation.Rdma;

/// <summary>
/// One end of a reliable connection: what is posted is carried out in order, once, or not at all. Writes become visible
/// in the receiver's memory line by line, whatever its processor does meanwhile, and are announced some time after.
/// What is lost on the way comes late, with all behind it. The first error is the last.
/// </summary>
internal sealed class SimulatedQueuePair(
    SimulatedCluster cluster, RdmaEnd owner, int from, int to, StagingChecker checker)
{
    private const int Line = 64;

    private readonly World _world = cluster.World;
    private readonly SimulatedNetwork _network = cluster.Network;
    private readonly Queue<WorkRequest> _toSend = new();
    private readonly Queue<Arrival> _arrivals = new();
    private SimulatedQueuePair _peer = null!;
    private uint _remoteKey;
    private int _receives;
    private long _posted;
    private long _finished;
    private long _lastDue;
    private long _lastAnnounced;
    private int _announcing;
    private bool _isSending;
    private bool _isLanding;

    /// <summary>Whether it works: not once it was destroyed, or has met an error.</summary>
    public bool IsUp { get; private set; } = true;

    public void Connect(SimulatedQueuePair peer, uint remoteKey, int receives)
    {
        _peer = peer;
        _remoteKey = remoteKey;
        _receives = receives;
    }

    public void PostReceive() => _receives++;

    public void Post(WorkRequest request)
    {
        request.Number = ++_posted;
        _lastDue = request.DueAt = Math.Max(_lastDue, _world.Now + Delay());
        _toSend.Enqueue(request);
        SendNext();
    }

    public bool TryTake(out Arrival arrival) => _arrivals.TryDequeue(out arrival);

    /// <summary>A completion is there for the owner to take, unless the queue pair is no more.</summary>
    public void Put(Arrival arrival)
    {
        if (!IsUp) return;
        _arrivals.Enqueue(arrival);
        owner.Look();
    }

    public void Destroy()
    {
        if (_isLanding || _peer._isLanding) cluster.Figures.Torn++;
        IsUp = _isLanding = _peer._isLanding = false;
        _arrivals.Clear();
    }

    private long Delay()
    {
        long delay = _world.Random.Between(20, Math.Max(40, cluster.Plan.DelayUs / 2));
        if (_world.Random.PerMille(_network.LossPerMille)) delay += _world.Random.Between(1, 20) * World.Ms;
        if (_world.Random.PerMille(_network.LatePerMille)) delay += _world.Random.Between(0, 30 * World.Ms);
        return delay;
    }

    private void SendNext()
    {
        if (_isSending || !IsUp || !_toSend.TryDequeue(out WorkRequest? request)) return;
        _isSending = true;
        _world.After(Math.Max(0, request.DueAt - _world.Now), () => Begin(request));
    }

    /// <summary>The first packets arrive: a part of the lines is written.</summary>
    private void Begin(WorkRequest request)
    {
        if (!IsUp) return;
        if (!_network.CanReach(from, to))
        {
            _world.After(_world.Random.Between(2, 20) * World.Ms, () => Begin(request));
            return;
        }

        if (!_peer.IsUp)
        {
            Fail("nobody answers");
            return;
        }

        int lines = (request.Length + Line - 1) / Line;
        int first = request.Inline is null ? Math.Min(request.Length, _world.Random.Below(lines + 1) * Line) : 0;
        if (!TryLand(request, 0, first)) return;
        _peer.Look();
        if (first == request.Length)
        {
            Finish(request, first);
            return;
        }

        // A packet in the middle that is lost is sent again, and the lines behind it wait.
        bool isLost = _world.Random.PerMille(60);
        _isLanding = first > 0;
        _world.After(_world.Random.Between(1, isLost ? 20 * World.Ms : 60), () => Finish(request, first));
    }

    /// <summary>The last packets arrive: the rest is written, and announced.</summary>
    private void Finish(WorkRequest request, int landed)
    {
        if (!IsUp) return;
        if (!_network.CanReach(from, to))
        {
            _world.After(_world.Random.Between(2, 20) * World.Ms, () => Finish(request, landed));
            return;
        }

        if (!TryLand(request, landed, request.Length - landed)) return;
        _isLanding = false;
        _finished = request.Number;
        if (!_peer.IsUp)
        {
            Fail("nobody answers");
            return;
        }

        Announce(request);
        if (request.IsSignalled) Complete(request.Number);
        _isSending = false;
        SendNext();
    }

    private void Look() => owner.Look();

    /// <summary>The device reads the sender's memory now, not when it was asked to.</summary>
    private bool TryLand(WorkRequest request, int begin, int count)
    {
        if (count == 0 || request.Inline is not null) return true;
        if (_peer.Find(_remoteKey) is not { } memory)
        {
            Fail("no memory has that key");
            return false;
        }

        checker.OnLanding(memory, request.End);
        owner.Memory.AsSpan(request.Offset + begin, count).CopyTo(memory.Bytes.AsSpan(request.Offset + begin));
        return true;
    }

    private RegisteredMemory? Find(uint key) => owner.Device.Find(key);

    private void Announce(WorkRequest request)
    {
        if (request.Inline is null && request.Immediate is null) return;
        if (--_peer._receives < 0) checker.Fail("a message arrives for which no receive work request is posted");
        uint immediate = request.Immediate ?? 0;
        if (request.Inline is null && _peer.Find(_remoteKey) is { } memory)
            StrayWrites.OnLanded(cluster, memory, request, ref immediate);
        Arrival arrival = new(request.Inline, immediate);
        if (_announcing == 0 && _world.Random.PerMille(600))
        {
            _peer.Put(arrival);
            return;
        }

        bool isLate = _world.Random.PerMille(_network.LatePerMille);
        _lastAnnounced = Math.Max(_lastAnnounced, _world.Now + _world.Random.Between(1, isLate ? 20 * World.Ms : 300));
        _announcing++;
        _world.After(_lastAnnounced - _world.Now, () =>
        {
            _announcing--;
            _peer.Put(arrival);
        });
    }

    /// <summary>The sender is told, once the acknowledgement has found its way.</summary>
    private void Complete(long number)
    {
        bool isLate = _world.Random.PerMille(_network.LatePerMille);
        _world.After(_world.Random.Between(5, isLate ? 30 * World.Ms : 400), () =>
        {
            if (!IsUp) return;
            if (_network.CanReach(to, from)) owner.OnCompleted(number);
            else Complete(number);
        });
    }

    /// <summary>An error: what was posted and is not done is flushed, which the owner hears of some time.</summary>
    private void Fail(string reason)
    {
        if (!IsUp) return;
        IsUp = _isLanding = false;
        cluster.Figures.Fenced++;
        cluster.Figures.Flushed += (int)(_posted - _finished);
        _world.After(_world.Random.Between(0, 30 * World.Ms), () => owner.OnError(reason));
    }
}
