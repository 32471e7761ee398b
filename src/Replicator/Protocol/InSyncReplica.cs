namespace LogStore.Replicator.Protocol;

/// <summary>A member of a partition's in-sync set.</summary>
/// <param name="BrokerId">The broker.</param>
/// <param name="BrokerEpoch">
/// The life of the broker in which its log was found to be in sync. A broker that has since lost records, or its whole
/// directory, is in sync no longer, whatever its number says (KIP-903): see <see cref="LiveBroker.Holds"/>.
/// </param>
public readonly record struct InSyncReplica(int BrokerId, long BrokerEpoch);
