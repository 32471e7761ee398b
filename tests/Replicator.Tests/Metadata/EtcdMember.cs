using System.Diagnostics;
using System.Globalization;

namespace LogStore.Replicator.Tests.Metadata;

/// <summary>A process of Debian's etcd, on ports of the loopback interface.</summary>
internal sealed class EtcdMember : IDisposable
{
    private readonly string _directory;
    private readonly string _initialCluster;
    private Process? _process;

    public EtcdMember(string name, string directory, int clientPort, int peerPort, string initialCluster)
    {
        Name = name;
        ClientPort = clientPort;
        PeerPort = peerPort;
        _directory = directory;
        _initialCluster = initialCluster;
    }

    public string Name { get; }

    public int ClientPort { get; set; }

    public int PeerPort { get; }

    public Uri Endpoint => new($"http://127.0.0.1:{ClientPort}");

    public void Start()
    {
        string peer = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{PeerPort}");
        string client = Endpoint.ToString().TrimEnd('/');
        string[] arguments =
        [
            "--name", Name, "--data-dir", _directory, "--initial-cluster", _initialCluster,
            "--listen-client-urls", client, "--advertise-client-urls", client,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            // Leases may be as short as 1.5 of the election timeout. A killed process loses nothing without
            // synchronization.
            "--heartbeat-interval", "60", "--election-timeout", "600", "--unsafe-no-fsync", "--logger", "zap",
            "--log-outputs", Path.Combine(Path.GetDirectoryName(_directory)!, Name + ".log"),
        ];
        try
        {
            _process = Process.Start(new ProcessStartInfo("etcd", arguments));
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException("etcd is not installed: Debian's package is etcd-server.", exception);
        }
    }

    /// <summary>Ends the process without a warning.</summary>
    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    public void Dispose() => Kill();
}
