using LogStore.Replicator.Protocol;
using LogStore.Replicator.Rdma;
using LogStore.Replicator.Transport;
using LogStore.Replicator.Transport.Tcp;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>One end of links: its transport, and logs in a directory of its own. Disposing of it deletes the logs.</summary>
internal abstract class ReplicationEnd : IReplicaReceiver, IAsyncDisposable
{
    private static readonly RegisteredMemory Staging = new();

    private readonly string _directory = Directory.CreateTempSubdirectory("logstore-bench-").FullName;
    private readonly TcpReplicaTransport _transport;

    /// <param name="brokerId">This end's number: the leader's is 1.</param>
    /// <param name="host">The address to listen on.</param>
    /// <param name="port">The port to listen on.</param>
    /// <param name="device">The RDMA device; null for TCP.</param>
    protected ReplicationEnd(int brokerId, string host, int port, string? device)
    {
        Logs = [.. Enumerable.Range(0, Partitions.Count).Select(Open)];
        _transport = new TcpReplicaTransport(new ReplicaTransportOptions
        {
            BrokerId = brokerId,
            ClusterId = "bench",
            Host = host,
            Port = port,
            AllowInsecure = true,
            DataPlane = device is null
                ? null
                : new RdmaDataPlane(new RdmaReplicationOptions { DeviceName = device, IsRequired = true }),
        });
    }

    /// <summary>A log for each partition.</summary>
    protected Log[] Logs { get; }

    public void Start((int Id, string Host, int Port)[] peers)
    {
        _transport.Start(this);
        _transport.SetSession(1);
        _transport.SetPeers([.. peers.Select(peer => new ReplicaPeer(peer.Id, 1, peer.Host, peer.Port))]);
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

    public virtual async ValueTask DisposeAsync()
    {
        await _transport.DisposeAsync();
        foreach (Log log in Logs) await log.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private Log Open(int partition) => Log.OpenAsync(new LogOptions
    {
        Directory = Path.Combine(_directory, $"{partition}"),
        Staging = Staging,
        Config = LogConfig.Default with { MaxMessageBytes = 64 << 20 },
    }).AsTask().GetAwaiter().GetResult();
}
