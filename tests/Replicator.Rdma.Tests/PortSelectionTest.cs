using LogStore.Replicator.Rdma.Verbs;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

public sealed class PortSelectionTest
{
    [RdmaFact]
    public void TheIPv4AddressIsChosenAndNotIndexZero()
    {
        using RdmaPort port = RdmaPort.Open(new RdmaPortSelection());
        Assert.True(port.Source.Gid.IsIPv4Mapped);
        Assert.Equal(GidType.RoceV2, port.Source.Type);
    }

    [RdmaFact]
    public void TheDeviceThatCarriesTheLocalAddressIsPreferred()
    {
        foreach (RdmaDevice device in RdmaDevice.List())
        {
            using RdmaPort byName = RdmaPort.Open(new RdmaPortSelection { DeviceName = device.Name });
            using RdmaPort byAddress = RdmaPort.Open(
                new RdmaPortSelection { LocalAddress = byName.Source.Gid.ToIPAddress().MapToIPv4() });
            Assert.Equal(device.Name, byAddress.Context.Device.Name);
        }
    }

    [Fact]
    public void AHostWithoutDevicesIsToldHowToHaveOne()
    {
        string message = DeviceNotFoundException.None().Message;
        Assert.Contains("no RDMA device", message, StringComparison.Ordinal);
        Assert.Contains("rdma link add", message, StringComparison.Ordinal);
    }

    [RdmaFact]
    public void AMissingDeviceIsNamedWithThoseThatAreThere()
    {
        DeviceNotFoundException error = Assert.Throws<DeviceNotFoundException>(() => RdmaDevice.Open("nosuch0"));
        Assert.Contains("'nosuch0'", error.Message, StringComparison.Ordinal);
        foreach (RdmaDevice device in RdmaDevice.List()) Assert.Contains(device.Name, error.Message, StringComparison.Ordinal);
    }

    [RdmaFact]
    public void AMissingGidComesWithARemedy()
    {
        GidNotFoundException error = Assert.Throws<GidNotFoundException>(
            () => RdmaPort.Open(new RdmaPortSelection { GidIndex = 999 }));
        Assert.Contains("at index 999", error.Message, StringComparison.Ordinal);
        Assert.Contains("ip address add", error.Message, StringComparison.Ordinal);
    }

    [RdmaFact]
    public void APortThatIsDownComesWithARemedyAndReportsWhenItIsUp()
    {
        if (Environment.GetEnvironmentVariable("LOGSTORE_IN_RXE_VM") != "1")
        {
            Assert.Skip("it adds a network interface, which it does in the test VM only");
        }

        Run("ip", "link", "add", "lsdown0", "type", "veth", "peer", "name", "lsdown1");
        Run("rdma", "link", "add", "rxedown", "type", "rxe", "netdev", "lsdown0");
        try
        {
            RdmaPortSelection selection = new() { DeviceName = "rxedown" };
            PortDownException error = Assert.Throws<PortDownException>(() => RdmaPort.Open(selection));
            Assert.Contains("ip link set", error.Message, StringComparison.Ordinal);
            Assert.True(error.IsTransient);

            using RdmaContext context = RdmaDevice.Open("rxedown");
            while (context.TryReadAsyncEvent(out _)) { }
            Run("ip", "link", "set", "lsdown1", "up");
            Run("ip", "link", "set", "lsdown0", "up");
            AwaitEvent(context, AsyncEventKind.PortActive);
            Assert.Equal(PortState.Active, context.QueryPort(1).State);
        }
        finally
        {
            Run("rdma", "link", "delete", "rxedown");
            Run("ip", "link", "delete", "lsdown0");
        }
    }

    private static void AwaitEvent(RdmaContext context, AsyncEventKind kind)
    {
        Deadline deadline = Deadline.In(20);
        AsyncEvent seen;
        while (!context.TryReadAsyncEvent(out seen) || seen.Kind != kind) deadline.Check($"the event {kind}");
        Assert.Equal((0u, (byte)1), (seen.QueuePairNumber, seen.Port));
    }

    private static void Run(string program, params string[] arguments)
    {
        using ChildProcess child = new(program, arguments);
        child.WaitForSuccess();
    }
}
