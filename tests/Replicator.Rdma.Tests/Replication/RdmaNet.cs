using LogStore.Replicator.Rdma.Verbs;
using LogStore.Replicator.Tests.Transport.Support;
using LogStore.Replicator.Transport;
using LogStore.Replicator.Transport.Tcp;

namespace LogStore.Replicator.Rdma.Tests.Replication;

/// <summary>Brokers that reach each other over RDMA: odd ones through the first device, even ones through the second.</summary>
internal sealed class RdmaNet : TransportNet
{
    /// <summary>How RDMA is used by a broker; its device is filled in.</summary>
    public Func<int, RdmaReplicationOptions> Rdma { get; init; } = _ => new RdmaReplicationOptions { IsRequired = true };

    public static string DeviceOf(int brokerId)
    {
        IReadOnlyList<RdmaDevice> devices = RdmaDevice.List();
        return devices.Count == 0 ? "none" : devices[(brokerId + 1) % devices.Count].Name;
    }

    /// <summary>A broker with a receiver of the caller's own.</summary>
    public static (IReplicaTransport Transport, ReplicaPeer AsPeer) StartAlone(int id, IReplicaReceiver receiver)
    {
        (IReplicaTransport transport, int port) = new RdmaNet().Start(Options(id), receiver);
        transport.SetSession(1);
        return (transport, new ReplicaPeer(id, 1, "127.0.0.1", port));
    }

    protected override (IReplicaTransport Transport, int Port) Start(ReplicaTransportOptions options, IReplicaReceiver receiver)
    {
        RdmaReplicationOptions rdma = Rdma(options.BrokerId);
        TcpReplicaTransport transport = new(options with
        {
            DataPlane = new RdmaDataPlane(rdma with { DeviceName = rdma.DeviceName ?? DeviceOf(options.BrokerId) }),
        });
        transport.Start(receiver);
        return (transport, transport.EndPoint.Port);
    }
}
