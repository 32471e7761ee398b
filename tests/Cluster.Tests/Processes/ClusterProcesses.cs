using System.Globalization;
using LogStore.Replicator.Metadata;
using LogStore.Replicator.Metadata.Sqlite;
using LogStore.Replicator.Tests.Metadata;
using Xunit;

namespace LogStore.Cluster.Tests.Processes;

/// <summary>A cluster of broker processes in a directory of its own. Disposing it kills them.</summary>
internal sealed class ClusterProcesses : IAsyncDisposable
{
    /// <summary>Set, it leaves directories and logs behind for a look.</summary>
    private const string KeepVariable = "LOGSTORE_CLUSTER_KEEP";

    private readonly TemporaryDirectory _directory = new();
    private readonly List<BrokerNode> _nodes = [];
    private readonly List<ReplicationProxy> _proxies = [];
    private readonly string _storePath;

    private ClusterProcesses(ClusterShape shape)
    {
        _storePath = _directory["meta.db"];
        string store = $"sqlite:{_storePath}";
        if (shape.UsesEtcd)
        {
            int peerPort = FreePorts.Take();
            Etcd = new EtcdMember(
                "etcd", _directory["etcd"], FreePorts.Take(), peerPort,
                string.Create(CultureInfo.InvariantCulture, $"etcd=http://127.0.0.1:{peerPort}"));
            store = $"etcd:{Etcd.Endpoint.ToString().TrimEnd('/')}";
        }

        for (int brokerId = 1; brokerId <= shape.Brokers; brokerId++)
        {
            List<string> settings =
            [
                $"broker.id={brokerId}", $"metadata.store={store}", "default.replication.factor=3", "min.insync.replicas=2",
                .. shape.Settings,
            ];
            if (shape.HasProxies)
            {
                int listening = FreePorts.Take();
                int advertised = FreePorts.Take();
                settings.Add($"replication.listener=127.0.0.1:{listening}");
                settings.Add($"replication.advertised.listener=127.0.0.1:{advertised}");
                _proxies.Add(new ReplicationProxy(advertised, listening));
            }

            string directory = shape.Directories.GetValueOrDefault(brokerId) ?? _directory[$"b{brokerId}"];
            _nodes.Add(new BrokerNode(
                brokerId, FreePorts.Take(), directory, _directory[$"b{brokerId}.log"], [.. settings]));
        }
    }

    /// <summary>The brokers, in the order of their numbers.</summary>
    public IReadOnlyList<BrokerNode> Nodes => _nodes;

    /// <summary>The brokers' proxies, in the same order; none where the cluster has none.</summary>
    public IReadOnlyList<ReplicationProxy> Proxies => _proxies;

    public EtcdMember? Etcd { get; }

    public string BootstrapServers => string.Join(',', _nodes.Select(node => node.Address));

    /// <summary>The broker with a number.</summary>
    public BrokerNode this[int brokerId] => _nodes[brokerId - 1];

    public static async Task<ClusterProcesses> StartAsync(ClusterShape shape)
    {
        ClusterProcesses cluster = new(shape);
        try
        {
            cluster.Etcd?.Start();
            if (cluster.Etcd is { } etcd) await AnswersAsync(etcd);
            await Task.WhenAll(cluster._nodes.Select(node => node.StartAsync()));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until etcd answers.</summary>
    public static async Task AnswersAsync(EtcdMember etcd)
    {
        using HttpClient client = new();
        await Poll.UntilAsync("etcd answers", async () =>
        {
            try
            {
                using HttpResponseMessage answer = await client.GetAsync(new Uri(etcd.Endpoint, "health"));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    /// <summary>
    /// Whether the store can be written to. A process that is halted while it has SQLite's lock keeps it, which is a limit of
    /// that store (docs/CLUSTER.md) and would be taken for a fault of something else.
    /// </summary>
    public async Task<bool> IsStoreWritableAsync()
    {
        if (Etcd is not null) return true;
        try
        {
            // To open it is to write to it.
            await using SqliteMetadataStore store = await SqliteMetadataStore.OpenAsync(
                new SqliteMetadataOptions { Path = _storePath, BusyTimeout = TimeSpan.FromSeconds(1) });
            return true;
        }
        catch (MetadataStoreException)
        {
            return false;
        }
    }

    /// <summary>Writes the end of the brokers' logs, as one and in the order of time, into the test's output.</summary>
    public void PrintLogs()
    {
        // Each line begins with its time.
        IEnumerable<string> lines = _nodes
            .SelectMany(node => node.ReadLog(120).Split('\n'), (node, line) => (node.BrokerId, Line: line))
            .OrderBy(each => each.Line, StringComparer.Ordinal)
            .Select(each => $"{each.BrokerId}: {each.Line}")
            .TakeLast(200);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"== The logs of the brokers, in {_directory.Path}\n{string.Join('\n', lines)}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (BrokerNode node in _nodes) await node.DisposeAsync();
        foreach (ReplicationProxy proxy in _proxies) await proxy.DisposeAsync();
        Etcd?.Dispose();
        if (Environment.GetEnvironmentVariable(KeepVariable) is null) _directory.Dispose();
    }
}
