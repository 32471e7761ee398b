namespace LogStore.Replicator.Protocol;

/// <summary>
/// Numbers the exchanges that a follower begins, so that each is larger than all before it, also than those of the broker's
/// earlier lives: the broker's epoch, and a count within it. A life has 2^28 of them, which last two years if a follower begins
/// four a second; when they are used up, nothing more is asked for before the broker is started again.
/// </summary>
public static class ReplicaSession
{
    private const int CountBits = 28;
    private const long CountMask = (1L << CountBits) - 1;

    /// <summary>The first exchange of a broker's life.</summary>
    public static long First(long brokerEpoch) => (brokerEpoch << CountBits) + 1;

    /// <summary>The exchange after one; itself, if it is the last of its life.</summary>
    public static long Next(long session) => IsLast(session) ? session : session + 1;

    /// <summary>Whether an exchange is the last of its life.</summary>
    public static bool IsLast(long session) => (session & CountMask) == CountMask;

    /// <summary>The life that an exchange belongs to.</summary>
    public static long BrokerEpochOf(long session) => session >> CountBits;
}
