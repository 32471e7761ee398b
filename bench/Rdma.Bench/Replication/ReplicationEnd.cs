using LogStore.Replicator.Protocol;
using LogStore.Replicator.Rdma;
using LogStore.Replicator.Transport;
using LogStore.Replicator.Transport.Tcp;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>One end of a link: its transport, and a log in a directory of its own. Disposing of it deletes the log.</summary>
internal abstract class ReplicationEnd : IReplicaReceiver, IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("logstore-bench-").FullName;
    private readonly TcpReplicaTransport _transport;

    /// <param name="brokerId">This end's number: the leader's is 1, the follower's 2.</param>
    /// <param name="host">The address to listen on.</param>
    /// <param name="port">The port to listen on.</param>
    /// <param name="device">The RDMA device; null for TCP.</param>
    /// <param name="spinTime">How long the device's poller spins before it sleeps.</param>
    protected ReplicationEnd(int brokerId, string host, int port, string? device, TimeSpan spinTime)
    {
        Log = Log.OpenAsync(new LogOptions
        {
            Directory = _directory,
            Config = LogConfig.Default with { MaxMessageBytes = 64 << 20 },
        }).AsTask().GetAwaiter().GetResult();
        _transport = new TcpReplicaTransport(new ReplicaTransportOptions
        {
            BrokerId = brokerId,
            ClusterId = "bench",
            Host = host,
            Port = port,
            AllowInsecure = true,
            DataPlane = device is null
                ? null
                : new RdmaDataPlane(new RdmaReplicationOptions
                {
                    DeviceName = device,
                    IsRequired = true,
                    SpinTime = spinTime,
                }),
        });
    }

    protected Log Log { get; }

    public void Start(int peer, string host, int port)
    {
        _transport.Start(this);
        _transport.SetSession(1);
        _transport.SetPeers([new ReplicaPeer(peer, 1, host, port)]);
    }

    public virtual void OnLinkUp(IReplicaLink link)
    {
    }

    public void OnLinkDown(IReplicaLink link, bool isRefused)
    {
    }

    public void OnRefused(ReplicaPeer peer)
    {
    }

    public abstract void OnMessage(IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload);

    public abstract void OnDrained(IReplicaLink link);

    public virtual void OnWritable(IReplicaLink link)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await _transport.DisposeAsync();
        await Log.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
