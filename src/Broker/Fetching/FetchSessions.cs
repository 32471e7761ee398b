using System.Security.Cryptography;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;

namespace LogStore.Broker.Fetching;

/// <summary>The fetch sessions that clients keep open, at most a given number (KIP-227).</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class FetchSessions(int capacity, TimeProvider clock)
{
    /// <summary>A session that was not used for so long gives its place to a new one. As Kafka's.</summary>
    private static readonly TimeSpan EvictableAfter = TimeSpan.FromMinutes(2);

    private const int NewSession = 0;
    private const int NoSession = -1;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, FetchSession> _sessions = [];

    public int Count
    {
        get
        {
            lock (_gate) return _sessions.Count;
        }
    }

    /// <summary>Finds or makes the session of a request and takes it for the request, which gives it back by <see cref="Leave"/>.</summary>
    public ErrorCode Enter(FetchRequest request, out FetchSession session)
    {
        session = null!;
        if (request.SessionEpoch is NewSession or NoSession)
        {
            if (request.SessionId != 0) Remove(request.SessionId);
            session = request.SessionEpoch == NewSession ? Create() : new FetchSession(0, clock);
            session.TryEnter();
            session.Update(request);
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
        return ErrorCode.None;
    }

    /// <summary>Ends a request's hold on its session.</summary>
    public void Leave(FetchSession session)
    {
        lock (_gate)
        {
            if (_sessions.TryGetValue(session.Id, out FetchSession? kept) && kept == session)
            {
                session.Exit();
                return;
            }
        }

        // It is still held, lest whoever has removed it disposes it at the same time.
        session.Dispose();
    }

    private FetchSession Create()
    {
        lock (_gate)
        {
            if (_sessions.Count >= capacity && !Evict()) return new FetchSession(0, clock);
            int id;
            do id = RandomNumberGenerator.GetInt32(1, int.MaxValue);
            while (_sessions.ContainsKey(id));
            FetchSession session = new(id, clock) { LastUsed = clock.GetTimestamp() };
            _sessions.Add(id, session);
            return session;
        }
    }

    private bool Evict()
    {
        FetchSession? oldest = _sessions.Values.MinBy(session => session.LastUsed);
        if (oldest is null || clock.GetElapsedTime(oldest.LastUsed) < EvictableAfter || !oldest.TryEnter()) return false;
        _sessions.Remove(oldest.Id);
        oldest.Dispose();
        return true;
    }

    private void Remove(int id)
    {
        FetchSession? session;
        lock (_gate)
        {
            if (!_sessions.Remove(id, out session)) return;
        }

        // A request that has it still disposes it when it leaves.
        if (session.TryEnter()) session.Dispose();
    }
}
