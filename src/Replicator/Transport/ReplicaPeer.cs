namespace LogStore.Replicator.Transport;

/// <summary>Another broker, and where it listens for replication.</summary>
/// <param name="BrokerId">The broker's number.</param>
/// <param name="Session">The number of the broker's registration: it rises each time that the broker comes up.</param>
/// <param name="Host">A host name or address.</param>
/// <param name="Port">The TCP port.</param>
public sealed record ReplicaPeer(int BrokerId, long Session, string Host, int Port);
