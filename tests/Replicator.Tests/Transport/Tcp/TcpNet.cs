using LogStore.Replicator.Tests.Transport.Support;
using LogStore.Replicator.Transport;
using LogStore.Replicator.Transport.Tcp;

namespace LogStore.Replicator.Tests.Transport.Tcp;

internal sealed class TcpNet : TransportNet
{
    protected override (IReplicaTransport Transport, int Port) Start(ReplicaTransportOptions options, IReplicaReceiver receiver)
    {
        TcpReplicaTransport transport = new(options);
        transport.Start(receiver);
        return (transport, transport.EndPoint.Port);
    }
}
