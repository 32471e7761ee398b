using System.Security.Cryptography;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;

namespace LogStore.Broker.Fetching;

/// <summary>The fetch sessions that clients keep open, at most a given number with so many partitions (KIP-227).</summary>
/// <remarks>
/// A partition that does not exist is kept as any other: a client names it once, and counts on being told when it comes. What
/// a session costs is therefore up to its client, and bounded by the number of partitions. A client that there is no room for
/// is served without a session. Thread-safe.
/// </remarks>
/// <param name="capacity">The most sessions.</param>
/// <param name="clock">The clock.</param>
/// <param name="maxPartitions">The most partitions of all sessions together, in memory of some 400 bytes each.</param>
internal sealed class FetchSessions(int capacity, TimeProvider clock, int maxPartitions = FetchSessions.MaxPartitions)
{
    /// <summary>Enough for a thousand clients that fetch a hundred partitions each.</summary>
    public const int MaxPartitions = 100_000;

    /// <summary>A session that was not used for so long is ended when a new one is asked for. As Kafka's.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(2);

    private const int NewSession = 0;
    private const int NoSession = -1;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, FetchSession> _sessions = [];

    private int _partitions;

    /// <summary>The most partitions of one session: no client alone leaves the others without.</summary>
    private int MaxPartitionsOfOne => Math.Max(1, maxPartitions / 10);

    public int Count
    {
        get
        {
            lock (_gate) return _sessions.Count;
        }
    }

    /// <summary>The partitions of all sessions.</summary>
    public int PartitionCount
    {
        get
        {
            lock (_gate) return _partitions;
        }
    }

    /// <summary>Finds or makes the session of a request and takes it for the request, which gives it back by <see cref="Leave"/>.</summary>
    public ErrorCode Enter(FetchRequest request, out FetchSession session)
    {
        session = null!;
        if (request.SessionEpoch is NewSession or NoSession)
        {
            if (request.SessionId != 0) Remove(request.SessionId);
            session = request.SessionEpoch == NewSession ? Create(request) : new FetchSession(0, clock);
            session.TryEnter();
            session.Update(request);
            TryCount(session); // No more than there was room for: a partition may have been named twice.
            return ErrorCode.None;
        }

        lock (_gate)
        {
            if (!_sessions.TryGetValue(request.SessionId, out FetchSession? found)) return ErrorCode.FetchSessionIdNotFound;
            if (request.SessionEpoch != found.NextEpoch || !found.TryEnter()) return ErrorCode.InvalidFetchSessionEpoch;
            found.NextEpoch = found.NextEpoch == int.MaxValue ? 1 : found.NextEpoch + 1;
            found.LastUsed = clock.GetTimestamp();
            found.IsIncremental = true;
            session = found;
        }

        session.Update(request);
        // The client begins anew, and gets a session or none as there is room then.
        return TryCount(session) ? ErrorCode.None : ErrorCode.FetchSessionIdNotFound;
    }

    /// <summary>Ends a request's hold on its session.</summary>
    public void Leave(FetchSession session)
    {
        lock (_gate)
        {
            if (IsKept(session))
            {
                session.LastUsed = clock.GetTimestamp(); // It may have waited for long.
                session.Exit();
                return;
            }
        }

        // It is still held, lest whoever has removed it disposes it at the same time.
        session.Dispose();
    }

    private FetchSession Create(FetchRequest request)
    {
        int partitions = request.Topics.Sum(topic => topic.Partitions.Length);
        lock (_gate)
        {
            EndIdle();
            if (_sessions.Count >= capacity || !HasRoomFor(partitions, more: partitions)) return new FetchSession(0, clock);
            int id;
            do id = RandomNumberGenerator.GetInt32(1, int.MaxValue);
            while (_sessions.ContainsKey(id));
            FetchSession session = new(id, clock) { LastUsed = clock.GetTimestamp(), Counted = partitions };
            _sessions.Add(id, session);
            _partitions += partitions;
            return session;
        }
    }

    /// <summary>Counts the partitions of a session that was changed; ends it, and returns false, if they are too many.</summary>
    private bool TryCount(FetchSession session)
    {
        lock (_gate)
        {
            if (!IsKept(session)) return true;
            int more = session.Count - session.Counted;
            if (more <= 0 || HasRoomFor(session.Count, more))
            {
                _partitions += more;
                session.Counted = session.Count;
                return true;
            }

            Forget(session);
        }

        session.Dispose();
        return false;
    }

    private bool HasRoomFor(int partitions, int more) =>
        partitions <= MaxPartitionsOfOne && _partitions + more <= maxPartitions;

    private bool IsKept(FetchSession session) => _sessions.GetValueOrDefault(session.Id) == session;

    private void EndIdle()
    {
        foreach (FetchSession session in _sessions.Values)
        {
            // One that a request has is not idle, however long it waits.
            if (clock.GetElapsedTime(session.LastUsed) < IdleTime || !session.TryEnter()) continue;
            Forget(session);
            session.Dispose();
        }
    }

    private void Remove(int id)
    {
        FetchSession? session;
        lock (_gate)
        {
            if (!_sessions.TryGetValue(id, out session)) return;
            Forget(session);
        }

        // A request that has it still disposes it when it leaves.
        if (session.TryEnter()) session.Dispose();
    }

    private void Forget(FetchSession session)
    {
        _sessions.Remove(session.Id);
        _partitions -= session.Counted;
    }
}
