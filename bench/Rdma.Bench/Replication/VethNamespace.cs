using System.Diagnostics;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>
/// A network namespace, joined by a veth pair of its own, as large in its frames as that of the RDMA devices: what is sent to an
/// address of this host itself would take no link. Disposing of it takes all of it away.
/// </summary>
internal sealed class VethNamespace : IDisposable
{
    public const string Here = "198.18.79.1", There = "198.18.79.2";

    private const string Name = "lsbench";

    public VethNamespace()
    {
        Ip($"netns add {Name}");
        Ip($"link add {Name}0 type veth peer name {Name}1 netns {Name}");
        Ip($"address add {Here}/30 dev {Name}0");
        Ip($"link set {Name}0 up mtu 9000");
        Ip($"-n {Name} address add {There}/30 dev {Name}1");
        Ip($"-n {Name} link set {Name}1 up mtu 9000");
    }

    /// <summary>What runs a command there.</summary>
    public static string[] Within { get; } = ["ip", "netns", "exec", Name];

    public void Dispose() => Ip($"netns delete {Name}");

    private static void Ip(string arguments)
    {
        using Process process = Process.Start("ip", arguments);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"ip {arguments} has failed");
    }
}
