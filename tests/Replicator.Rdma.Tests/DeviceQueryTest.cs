using System.Globalization;
using LogStore.Replicator.Rdma.Verbs;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

/// <summary>Compares what we report of each device with what rdma-core's <c>ibv_devinfo</c> prints.</summary>
public sealed class DeviceQueryTest
{
    [RdmaFact]
    public void TheListIsThatOfIbvDevices()
    {
        using ChildProcess tool = new("ibv_devices");
        string[] expected = [.. tool.WaitForSuccess().Split('\n').Skip(2).Where(line => line.Length > 0)
            .Select(line => string.Join(' ', line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)))];

        Assert.NotEmpty(expected);
        Assert.Equal(expected.Order(), RdmaDevice.List().Select(device => $"{device.Name} {device.NodeGuid:x16}").Order());
    }

    [RdmaFact]
    public void TheAttributesAreThoseOfIbvDevinfo()
    {
        foreach (RdmaDevice device in RdmaDevice.List())
        {
            using ChildProcess tool = new("ibv_devinfo", "-v", "-d", device.Name);
            Dictionary<string, string> expected = Parse(tool.WaitForSuccess());
            using RdmaContext context = device.Open();
            DeviceAttributes attributes = context.QueryDevice();

            Assert.Equal(expected["hca_id"], device.Name);
            Assert.Equal(expected["fw_ver"], attributes.FirmwareVersion);
            Assert.Equal(expected["node_guid"], Guid(attributes.NodeGuid));
            Assert.Equal(expected["node_guid"], Guid(device.NodeGuid));
            Assert.Equal(expected["sys_image_guid"], Guid(attributes.SystemImageGuid));
            Assert.Equal(Number(expected["vendor_id"]), attributes.VendorId);
            Assert.Equal(Number(expected["vendor_part_id"]), attributes.VendorPartId);
            Assert.Equal(Number(expected["hw_ver"]), attributes.HardwareVersion);
            Assert.Equal(Number(expected["phys_port_cnt"]), attributes.PortCount);
            Assert.Equal(Number(expected["max_mr_size"]), attributes.MaxMemoryRegionBytes);
            Assert.Equal(Number(expected["max_mr"]), (ulong)attributes.MaxMemoryRegions);
            Assert.Equal(Number(expected["max_qp"]), (ulong)attributes.MaxQueuePairs);
            Assert.Equal(Number(expected["max_qp_wr"]), (ulong)attributes.MaxWorkRequests);
            Assert.Equal(Number(expected["max_sge"]), (ulong)attributes.MaxSegments);
            Assert.Equal(Number(expected["max_cq"]), (ulong)attributes.MaxCompletionQueues);
            Assert.Equal(Number(expected["max_cqe"]), (ulong)attributes.MaxCompletions);
            Assert.Equal(Number(expected["max_pd"]), (ulong)attributes.MaxProtectionDomains);
            Assert.Equal(Number(expected["max_ah"]), (ulong)attributes.MaxAddressHandles);
            Assert.Equal(Number(expected["max_qp_rd_atom"]), (ulong)attributes.MaxReadsAsTarget);
            Assert.Equal(Number(expected["max_qp_init_rd_atom"]), (ulong)attributes.MaxReadsAsInitiator);
        }
    }

    [RdmaFact]
    public void ThePortAndItsGidsAreThoseOfIbvDevinfo()
    {
        foreach (RdmaDevice device in RdmaDevice.List())
        {
            using ChildProcess tool = new("ibv_devinfo", "-v", "-d", device.Name, "-i", "1");
            string output = tool.WaitForSuccess();
            Dictionary<string, string> expected = Parse(output);
            using RdmaContext context = device.Open();
            PortAttributes port = context.QueryPort(1);

            Assert.Equal(Number(expected["port"]), port.Number);
            Assert.Equal(InParentheses(expected["state"]), (ulong)port.State);
            Assert.Equal(InParentheses(expected["max_mtu"]), (ulong)port.MaxMtu);
            Assert.Equal(InParentheses(expected["active_mtu"]), (ulong)port.ActiveMtu);
            Assert.Equal(Number(expected["active_mtu"].Split(' ')[0]), (ulong)port.ActiveMtu.ToBytes());
            Assert.Equal(Number(expected["sm_lid"]), port.SubnetManagerLocalId);
            Assert.Equal(Number(expected["port_lid"]), port.LocalId);
            Assert.Equal(expected["link_layer"], port.LinkLayer.ToString());
            Assert.Equal(Number(expected["max_msg_sz"]), port.MaxMessageBytes);
            Assert.Equal(Number(expected["pkey_tbl_len"]), (ulong)port.PartitionKeyTableLength);
            Assert.Equal(Number(expected["gid_tbl_len"]), (ulong)port.GidTableLength);
            Assert.Equal(
                expected.Where(pair => pair.Key.StartsWith("GID[", StringComparison.Ordinal)).Select(pair => pair.Value),
                context.QueryGids(1).Select(entry => $"{entry.Gid.ToIPAddress()}{FramingOf(entry.Type)}"));
        }
    }

    private static string FramingOf(GidType type) => type switch
    {
        GidType.RoceV1 => ", RoCE v1",
        GidType.RoceV2 => ", RoCE v2",
        _ => "",
    };

    private static Dictionary<string, string> Parse(string output)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (string line in output.Split('\n'))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) values.TryAdd(line[..colon].Trim(), line[(colon + 1)..].Trim());
        }

        return values;
    }

    private static ulong Number(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? ulong.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        : ulong.Parse(text, CultureInfo.InvariantCulture);

    private static ulong InParentheses(string text) => Number(text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..^1]);

    private static string Guid(ulong value)
    {
        string digits = value.ToString("x16", CultureInfo.InvariantCulture);
        return $"{digits[..4]}:{digits[4..8]}:{digits[8..12]}:{digits[12..]}";
    }
}
