using System.CommandLine;
using System.Globalization;
using LogStore.Cli.CommandLine;
using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore rdma devices</c>: what <c>ibv_devinfo</c> tells a person.</summary>
internal static class RdmaDevicesCommand
{
    public static Command Create()
    {
        CliCommand command = new("devices", "List the RDMA devices of this host, or say how to have one")
        {
            Examples = "logstore rdma devices",
        };
        command.SetAction(parsed => RdmaCommand.RunAsync(_ =>
        {
            Print(parsed.InvocationConfiguration.Output);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static void Print(TextWriter output)
    {
        IReadOnlyList<RdmaDevice> devices = RdmaDevice.List();
        // Opening fails with the words for a host that has none.
        if (devices.Count == 0) RdmaPort.Open(new RdmaPortSelection()).Dispose();
        foreach (RdmaDevice device in devices)
        {
            using RdmaContext context = device.Open();
            PrintDevice(output, device, context.QueryDevice());
            for (byte port = 1; port <= context.QueryDevice().PortCount; port++) PrintPort(output, context, port);
        }
    }

    private static void PrintDevice(TextWriter output, RdmaDevice device, DeviceAttributes attributes)
    {
        output.WriteLine(device.Name);
        Line(output, "node", $"{Guid(attributes.NodeGuid)}, {Words(device.NodeType)}");
        Line(output, "vendor", $"0x{attributes.VendorId:x}, part {attributes.VendorPartId}, revision {attributes.HardwareVersion}, "
            + $"firmware {(attributes.FirmwareVersion.Length == 0 ? "none" : attributes.FirmwareVersion)}");
        Line(output, "queue pairs", $"{attributes.MaxQueuePairs}, of {attributes.MaxWorkRequests} work requests with "
            + $"{attributes.MaxSegments} segments; {attributes.MaxReadsAsInitiator} READs under way");
        Line(output, "completions", $"{attributes.MaxCompletionQueues} queues of {attributes.MaxCompletions}");
        Line(output, "memory", $"{attributes.MaxMemoryRegions} regions in {attributes.MaxProtectionDomains} domains");
    }

    private static void PrintPort(TextWriter output, RdmaContext context, byte number)
    {
        PortAttributes port = context.QueryPort(number);
        Line(output, $"port {number}", $"{port.State}, {port.LinkLayer}, MTU {port.ActiveMtu.ToBytes()} of "
            + $"{port.MaxMtu.ToBytes()}, messages up to {Size(port.MaxMessageBytes)}{LocalId(port)}");
        if (port.State != PortState.Active)
        {
            Line(output, "", "not open for traffic: 'ip link set INTERFACE up' (Ethernet) or start a subnet manager (InfiniBand)");
        }

        IReadOnlyList<GidEntry> gids = context.QueryGids(number);
        foreach (GidEntry entry in gids)
        {
            string address = entry.Type == GidType.RoceV2 ? entry.Gid.ToIPAddress().ToString() : entry.Gid.ToString();
            Line(output, $"  GID {entry.Index}", $"{address}, {Words(entry.Type)}");
        }

        if (gids.Count == 0) Line(output, "", "no GIDs: give its network interface an address with 'ip address add'");
    }

    private static void Line(TextWriter output, string name, string value) => output.WriteLine($"  {name,-12} {value}");

    private static string LocalId(PortAttributes port) => port.LinkLayer == LinkLayer.InfiniBand ? $", LID {port.LocalId}" : "";

    private static string Size(uint bytes) => bytes >= 1 << 20 ? $"{bytes >> 20} MiB" : $"{bytes >> 10} KiB";

    private static string Guid(ulong value)
    {
        string digits = value.ToString("x16", CultureInfo.InvariantCulture);
        return $"{digits[..4]}:{digits[4..8]}:{digits[8..12]}:{digits[12..]}";
    }

    private static string Words(NodeType type) => type switch
    {
        NodeType.ChannelAdapter => "channel adapter",
        NodeType.RdmaNic => "iWARP card",
        _ => type.ToString(),
    };

    private static string Words(GidType type) => type switch
    {
        GidType.RoceV1 => "RoCE v1",
        GidType.RoceV2 => "RoCE v2",
        _ => "InfiniBand",
    };
}
