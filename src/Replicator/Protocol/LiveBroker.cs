namespace LogStore.Replicator.Protocol;

/// <summary>A broker that the authority holds for alive.</summary>
/// <param name="BrokerId">The broker.</param>
/// <param name="Epoch">The number of its present life: it rises with each start of the broker.</param>
/// <param name="IntactSince">
/// The first of its lives since which its directory has lost nothing that was appended. A process that ends loses nothing; a
/// machine that does may lose what was not flushed.
/// </param>
/// <param name="CreatedIn">The life in which its directory was made, empty.</param>
public sealed record LiveBroker(int BrokerId, long Epoch, long IntactSince, long CreatedIn)
{
    /// <summary>Whether it is about to stop, and wants to lead nothing any more.</summary>
    public bool IsStopping { get; init; }

    /// <summary>Whether it still has every record that it had when it was found in sync.</summary>
    public bool Holds(InSyncReplica replica) =>
        replica.BrokerId == BrokerId && replica.BrokerEpoch >= IntactSince && replica.BrokerEpoch <= Epoch;

    /// <summary>Whether it still has those that it had flushed, in a directory that is the same.</summary>
    public bool HoldsFlushed(InSyncReplica replica) =>
        replica.BrokerId == BrokerId && replica.BrokerEpoch >= CreatedIn && replica.BrokerEpoch <= Epoch;
}
