using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using LogStore.Checksums;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Tests.Transport.Support;
using LogStore.Replicator.Transport;
using LogStore.Replicator.Transport.Frames;
using LogStore.Replicator.Transport.Tcp;
using Xunit;

namespace LogStore.Replicator.Tests.Transport.Tcp;

/// <summary>Nothing that comes to the port harms the links that are up, or costs more than a little memory.</summary>
public sealed class TcpHostilityTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(400);

    // Where hostile peers say they are somebody listens, or the reason for a link's end would soon be that nobody does.
    private static readonly Socket Listener = Listen();

    private static int ListeningPort => ((IPEndPoint)Listener.LocalEndPoint!).Port;

    [Fact]
    public async Task GarbageEndsItsOwnConnectionOnly()
    {
        await using TcpNet net = new();
        var (first, toSecond, second, _) = await net.LinkAsync(Impatient);
        Random random = SeededRandom.Create();
        for (int round = 0; round < 50; round++)
        {
            byte[] garbage = new byte[random.Next(FrameHeader.Size, 5000)];
            random.NextBytes(garbage);
            if (round % 2 == 0) "LSR1"u8.CopyTo(garbage);
            using HostilePeer peer = new(second);
            SendAll(peer, garbage);
            peer.WaitClosed();
        }

        await AssertUnharmedAsync(first, toSecond, second);
    }

    [Fact]
    public async Task AnAbsurdLengthIsRefusedBeforeMemoryIsTaken()
    {
        await using TcpNet net = new();
        var (first, toSecond, second, _) = await net.LinkAsync();
        foreach (int length in new[] { int.MaxValue - 7, 100 * 1024 * 1024, Hello.MaxPayload + 1, -1, int.MinValue })
        {
            byte[] frame = new byte[FrameHeader.Size];
            FrameHeader.Of(FrameKind.Hello, 0, 0, 1).Complete(frame);
            BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), unchecked(FrameHeader.Size + ((length + 7) & -8)));
            BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(104), length);
            BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(108), Crc32C.Compute(frame.AsSpan(0, 108)));
            using HostilePeer peer = new(second);
            peer.Send(frame);
            peer.WaitClosed();
        }

        await AssertUnharmedAsync(first, toSecond, second);
    }

    [Fact]
    public async Task WhoeverIsNotAPeerIsRefusedWithAReason()
    {
        await using TcpNet net = new();
        var (first, toSecond, second, _) = await net.LinkAsync();
        AssertRefused("does not know broker 0", second, peer => peer.Dial(0));
        AssertRefused("registration 9", second, peer => peer.Dial(1, session: 9));
        AssertRefused("belongs to another cluster", second, peer => peer.Dial(1, clusterId: "another"));
        AssertRefused("version 2", second, peer => peer.Dial(1, version: 2));
        AssertRefused("does not know the replication secret", second, peer => peer.Dial(1, secret: "wrong"u8.ToArray()));
        AssertRefused("does not know the replication secret", second, peer => peer.Dial(1, secret: Array.Empty<byte>()));
        // A broker that is dialled does not dial.
        first.Know(second, net.Start(3));
        AssertRefused("does not dial", first, peer => peer.Dial(3));
        await AssertUnharmedAsync(first, toSecond, second);
    }

    [Fact]
    public async Task BrokersOfDifferentSecretsDoNotLink()
    {
        await using TcpNet net = new();
        TestBroker first = net.Start(1);
        TestBroker second = net.Start(2, options: new ReplicaTransportOptions
        {
            BrokerId = 2,
            ClusterId = TransportNet.ClusterId,
            Secret = "another"u8.ToArray(),
        });
        TestBroker third = net.Start(3);
        second.Know(first);
        third.Know(first);
        first.Know(second);
        while (!(first.Transport.Links[0].Reason?.Contains("secret", StringComparison.Ordinal) ?? false)) await Task.Yield();
        first.Know(second, third);
        Assert.Equal(3, (await first.Receiver.UpAsync()).BrokerId);
        Assert.False(first.Receiver.HasUp);
    }

    [Fact]
    public async Task SilenceAndHalfAHandshakeTimeOut()
    {
        await using TcpNet net = new();
        var (first, toSecond, second, _) = await net.LinkAsync(Impatient);
        using HostilePeer silent = new(second);
        using HostilePeer half = new(second);
        half.Send("LSR1"u8);
        using HostilePeer hello = new(second);
        hello.SayHello(new Hello
        {
            BrokerId = 1,
            Session = 1,
            Generation = 77,
            Window = 1 << 20,
            Nonce = new byte[Hello.NonceSize],
            ClusterId = TransportNet.ClusterId,
        }.Encode());
        silent.WaitClosed();
        half.WaitClosed();
        hello.WaitClosed();
        await AssertUnharmedAsync(first, toSecond, second);
    }

    [Fact]
    public async Task ACrowdOfSilentConnectionsIsBoundedAndPasses()
    {
        await using TcpNet net = new();
        var (first, toSecond, second, _) = await net.LinkAsync(Impatient);
        HostilePeer[] crowd = [.. Enumerable.Range(0, 150).Select(_ => new HostilePeer(second))];
        await AssertUnharmedAsync(first, toSecond, second);
        foreach (HostilePeer peer in crowd) peer.WaitClosed();
        foreach (HostilePeer peer in crowd) peer.Dispose();
        toSecond.Abort("a test");
        await second.Receiver.DownAsync();
        await second.Receiver.UpAsync();
    }

    [Fact]
    public async Task APeerThatFreezesIsNoticed()
    {
        await using TcpNet net = new();
        TestBroker broker = net.Start(2, options: Impatient(2));
        broker.Transport.SetPeers([new ReplicaPeer(1, 1, "127.0.0.1", ListeningPort)]);
        using HostilePeer peer = new(broker);
        peer.Dial(1);
        IReplicaLink link = await broker.Receiver.UpAsync();
        Assert.Same(link, await broker.Receiver.DownAsync());
        Assert.Contains("nothing was heard", ReasonOf(broker, 1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SilenceIsNotHeldAgainstAPeerWhileItsMessageIsHandled()
    {
        await using TcpNet net = new();
        ManualClock clock = new();
        TestBroker broker = net.Start(2, options: new ReplicaTransportOptions
        {
            BrokerId = 2,
            ClusterId = TransportNet.ClusterId,
            Secret = TransportNet.Options(2).Secret,
            HeartbeatInterval = TimeSpan.FromMilliseconds(10),
            LinkTimeout = TimeSpan.FromMinutes(1),
            TimeProvider = clock,
        });
        broker.Transport.SetPeers([new ReplicaPeer(1, 1, "127.0.0.1", ListeningPort)]);
        using HostilePeer peer = new(broker);
        peer.Dial(1);
        await broker.Receiver.UpAsync();
        using ManualResetEventSlim go = new();
        using ManualResetEventSlim isHandling = new();
        TaskCompletionSource drained = new();
        broker.Receiver.Message = (IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload) =>
        {
            isHandling.Set();
            go.Wait();
        };
        broker.Receiver.Drained = _ => drained.SetResult();
        peer.Send(peer.Frame((FrameKind)ReplicaMessageKind.Acknowledge));
        isHandling.Wait();
        clock.Advance(TimeSpan.FromHours(1));
        for (int pulse = 0; pulse < 5; pulse++) Assert.True(peer.TryReadHeartbeat()); // Each time it was looked whether the peer is silent.
        go.Set();
        await drained.Task.WaitAsync(TimeSpan.FromSeconds(10));
        for (int pulse = 0; pulse < 5; pulse++) Assert.True(peer.TryReadHeartbeat());
        Assert.False(broker.Receiver.HasDown);
    }

    [Fact]
    public async Task ADialThatNobodyAnswersHoldsNobodyUp()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0); // With this connection its queue is full, and the next is neither taken nor refused.
        using Socket first = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        first.Connect(listener.LocalEndPoint!);
        await using TcpNet net = new();
        TestBroker broker = net.Start(1, options: new ReplicaTransportOptions
        {
            BrokerId = 1,
            ClusterId = TransportNet.ClusterId,
            LinkTimeout = TimeSpan.FromMinutes(5),
        });
        TestBroker third = net.Start(3, options: new ReplicaTransportOptions { BrokerId = 3, ClusterId = TransportNet.ClusterId });
        third.Know(broker);
        ReplicaPeer silent = new(2, 1, "127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port);
        broker.Transport.SetPeers([silent, third.AsPeer]);
        Assert.Equal(3, (await broker.Receiver.UpAsync()).BrokerId);
        // The net's end waits for the one that dials.
    }

    [Fact]
    public async Task APeerThatLivesButDoesNotReadHoldsNoFlushUp()
    {
        await using TcpNet net = new();
        TestBroker broker = net.Start(2, options: Impatient(2));
        broker.Transport.SetPeers([new ReplicaPeer(1, 1, "127.0.0.1", ListeningPort)]);
        using HostilePeer peer = new(broker);
        peer.Dial(1);
        IReplicaLink link = await broker.Receiver.UpAsync();
        byte[] payload = new byte[100_000];
        while (link.TrySend(new TestMessages.Source(0, payload), payload.Length)) link.Flush();
        peer.Dispose(); // The thread that is stuck in sending ends with the link.
        await broker.Receiver.DownAsync();
    }

    [Fact]
    public async Task ASecondConnectionOfAPeerReplacesTheFirst()
    {
        await using TcpNet net = new();
        TestBroker broker = net.Start(2);
        broker.Transport.SetPeers([new ReplicaPeer(1, 1, "127.0.0.1", ListeningPort)]);
        using HostilePeer half = new(broker);
        half.Dial(1);
        IReplicaLink first = await broker.Receiver.UpAsync();
        using HostilePeer again = new(broker);
        again.Dial(1);
        Assert.Same(first, await broker.Receiver.DownAsync());
        Assert.NotEqual(first.Generation, (await broker.Receiver.UpAsync()).Generation);
        half.WaitClosed();
    }

    [Fact]
    public async Task ALinkThatMakesNoSenseGoesDownWithTheReason()
    {
        await using TcpNet net = new();
        TestBroker broker = net.Start(2);
        broker.Transport.SetPeers([new ReplicaPeer(1, 1, "127.0.0.1", ListeningPort)]);
        await AssertDownAsync("has consumed 1 bytes", peer => peer.Frame(FrameKind.Credit, consumed: 1));
        await AssertDownAsync("generation 5", peer => peer.Frame(FrameKind.Heartbeat, generation: 5));
        await AssertDownAsync("frame 9 has come", peer => peer.Frame(FrameKind.Heartbeat, sequence: 9));
        await AssertDownAsync("of kind Hello", peer => peer.Frame(FrameKind.Hello));
        await AssertDownAsync("unknown kind 99", peer => peer.Frame((FrameKind)99));
        await AssertDownAsync("damaged", peer =>
        {
            byte[] frame = peer.Frame(FrameKind.Heartbeat);
            frame[70] ^= 1;
            return frame;
        });

        async Task AssertDownAsync(string reason, Func<HostilePeer, byte[]> next)
        {
            using HostilePeer peer = new(broker);
            peer.Dial(1);
            await broker.Receiver.UpAsync();
            peer.Send(next(peer));
            await broker.Receiver.DownAsync();
            peer.WaitClosed();
            Assert.Contains(reason, ReasonOf(broker, 1), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("")]
    public async Task AnAddressThatOthersReachNeedsASecret(string host)
    {
        await using TcpReplicaTransport transport =
            new(new ReplicaTransportOptions { BrokerId = 1, ClusterId = "c", Host = host });
        ReplicaTransportException refused =
            Assert.Throws<ReplicaTransportException>(() => transport.Start(new TestReceiver()));
        Assert.Contains("without a secret", refused.Message, StringComparison.Ordinal);
        await using TcpReplicaTransport insecure =
            new(new ReplicaTransportOptions { BrokerId = 1, ClusterId = "c", Host = host, AllowInsecure = true });
        insecure.Start(new TestReceiver());
    }

    private static ReplicaTransportOptions Impatient(int id) => new()
    {
        BrokerId = id,
        ClusterId = TransportNet.ClusterId,
        Secret = TransportNet.Options(id).Secret,
        HeartbeatInterval = Short / 8,
        LinkTimeout = Short,
    };

    private static string ReasonOf(TestBroker broker, int peer)
    {
        string? reason = null;
        // It is noted just after it is told.
        SpinWait.SpinUntil(
            () => (reason = broker.Transport.Links.Single(link => link.BrokerId == peer) is { IsUp: false } status ? status.Reason : null)
                is not null,
            TimeSpan.FromSeconds(5));
        return reason ?? "";
    }

    private static void AssertRefused(string reason, TestBroker broker, Action<HostilePeer> dial)
    {
        using HostilePeer peer = new(broker);
        FrameException refused = Assert.Throws<FrameException>(() => dial(peer));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        peer.WaitClosed();
    }

    private static void SendAll(HostilePeer peer, byte[] bytes)
    {
        try
        {
            peer.Send(bytes);
        }
        catch (SocketException)
        {
            // Closed already.
        }
    }

    private static async Task AssertUnharmedAsync(TestBroker first, IReplicaLink toSecond, TestBroker second)
    {
        Assert.False(first.Receiver.HasDown || second.Receiver.HasDown);
        TaskCompletionSource arrived = new();
        second.Receiver.Drained = _ => arrived.TrySetResult();
        Assert.True(toSecond.TrySend(TestMessages.Acknowledge(0)));
        toSecond.Flush();
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static Socket Listen()
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }
}
