namespace LogStore.Replicator.Protocol;

/// <summary>
/// Numbers the exchanges that a follower begins, so that each is larger than all before it, also than those of the broker's
/// earlier lives: the broker's epoch, and a count within it.
/// </summary>
public static class ReplicaSession
{
    private const int CountBits = 24;

    /// <summary>The first exchange of a broker's life.</summary>
    public static long First(long brokerEpoch) => (brokerEpoch << CountBits) + 1;

    /// <summary>The life that an exchange belongs to.</summary>
    public static long BrokerEpochOf(long session) => session >> CountBits;
}
