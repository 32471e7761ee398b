using LogStore.Replicator.Tests.Transport.Support;

namespace LogStore.Replicator.Tests.Transport.Tcp;

public sealed class TcpReplicaTransportTests : ReplicaTransportTests
{
    private protected override TransportNet CreateNet() => new TcpNet();
}
