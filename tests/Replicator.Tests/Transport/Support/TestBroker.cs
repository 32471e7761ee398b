using LogStore.Replicator.Transport;

namespace LogStore.Replicator.Tests.Transport.Support;

/// <summary>A broker as far as its transport goes.</summary>
internal sealed record TestBroker(IReplicaTransport Transport, TestReceiver Receiver, ReplicaPeer AsPeer)
{
    public int Id => AsPeer.BrokerId;

    public void Know(params TestBroker[] others) => Transport.SetPeers([.. others.Select(other => other.AsPeer)]);
}
