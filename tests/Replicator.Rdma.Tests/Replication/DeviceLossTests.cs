using LogStore.Replicator.Tests.Transport.Support;
using LogStore.Replicator.Transport;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests.Replication;

/// <summary>Devices go and come back under load. They are taken from the system, so only Soft-RoCE's in the VM are.</summary>
public sealed class DeviceLossTests
{
    private const string Device = "rxe1";
    private const string Interface = "lsrxe1";

    [RdmaFact]
    public async Task AnAutomaticLinkFallsBackToTcpWhenTheDeviceIsRemovedAndComesBackToRdma()
    {
        SkipOutsideOfTheVm();
        await using RdmaNet net = Automatic();
        await TakeAwayAndGiveBackAsync(
            net, () => Run("rdma", "link", "delete", Device),
            () => Run("rdma", "link", "add", Device, "type", "rxe", "netdev", Interface), "removed");
    }

    [RdmaFact]
    public async Task AnAutomaticLinkFallsBackToTcpWhenThePortGoesDownAndComesBackToRdma()
    {
        SkipOutsideOfTheVm();
        await using RdmaNet net = Automatic();
        await TakeAwayAndGiveBackAsync(
            net, () => Run("ip", "link", "set", Interface, "down"),
            () => Run("ip", "link", "set", Interface, "up"), "is Down");
    }

    private static RdmaNet Automatic() => new()
    {
        Rdma = _ => new RdmaReplicationOptions { WatchInterval = TimeSpan.FromMilliseconds(200) },
    };

    private static async Task TakeAwayAndGiveBackAsync(RdmaNet net, Action takeAway, Action giveBack, string reason)
    {
        var (first, toSecond, second, toFirst) = await net.LinkAsync();
        Assert.Equal("rdma", TransportOf(first));
        using Load load = new(toSecond, second.Receiver);
        await load.FlowsAsync();
        takeAway();
        try
        {
            Assert.Same(toSecond, await first.Receiver.DownAsync());
            Assert.Same(toFirst, await second.Receiver.DownAsync());
            load.Link = await first.Receiver.UpAsync();
            await second.Receiver.UpAsync();
            Assert.Equal("tcp", TransportOf(first));
            Assert.Contains(reason, Assert.Single(first.Transport.Links).Reason, StringComparison.Ordinal);
            await load.FlowsAsync();
        }
        finally
        {
            giveBack();
        }

        while (TransportOf(first) != "rdma")
        {
            await first.Receiver.DownAsync();
            load.Link = await first.Receiver.UpAsync();
        }

        await load.FlowsAsync();
    }

    private static string TransportOf(TestBroker broker) => Assert.Single(broker.Transport.Links).Transport;

    private static void SkipOutsideOfTheVm() => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("LOGSTORE_IN_RXE_VM") == "1", "takes devices from the system: only in ci/rxe-vm");

    private static void Run(string program, params string[] arguments)
    {
        using ChildProcess process = new(program, arguments);
        process.WaitForSuccess();
    }

    /// <summary>Sends all the time, whatever becomes of it.</summary>
    private sealed class Load : IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();
        private readonly Task _sending;
        private long _arrived;
        private IReplicaLink _link;

        public Load(IReplicaLink link, TestReceiver receiver)
        {
            _link = link;
            receiver.Message = (IReplicaLink at, in Protocol.ReplicaMessage message, ReadOnlySpan<byte> payload) =>
                Interlocked.Increment(ref _arrived);
            _sending = Task.Run(Send);
        }

        public IReplicaLink Link
        {
            set => Volatile.Write(ref _link, value);
        }

        /// <summary>Waits until more than a ring has arrived from now on.</summary>
        public async Task FlowsAsync()
        {
            long until = Interlocked.Read(ref _arrived) + 1000;
            await Task.Run(() =>
            {
                Deadline deadline = Deadline.In(60);
                while (Interlocked.Read(ref _arrived) < until) deadline.Check("a message");
            });
        }

        public void Dispose()
        {
            _stopping.Cancel();
            _sending.Wait();
            _stopping.Dispose();
        }

        private void Send()
        {
            FixedSource source = new(new byte[10_000]);
            while (!_stopping.IsCancellationRequested)
            {
                IReplicaLink link = Volatile.Read(ref _link);
                if (!link.TrySend(source, 10_000)) Thread.Yield();
                link.Flush();
            }
        }
    }
}
