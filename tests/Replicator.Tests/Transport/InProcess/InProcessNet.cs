using LogStore.Replicator.Tests.Transport.Support;
using LogStore.Replicator.Transport;
using LogStore.Replicator.Transport.InProcess;

namespace LogStore.Replicator.Tests.Transport.InProcess;

internal sealed class InProcessNet : TransportNet
{
    public InProcessHub Hub { get; } = new();

    protected override (IReplicaTransport Transport, int Port) Start(ReplicaTransportOptions options, IReplicaReceiver receiver)
    {
        InProcessReplicaTransport transport = new(Hub, options);
        transport.Start(receiver);
        return (transport, 1);
    }
}
