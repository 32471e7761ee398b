using LogStore.Replicator.Protocol;
using LogStore.Replicator.Tests.Transport.Support;
using LogStore.Replicator.Transport;
using LogStore.Replicator.Transport.Frames;
using LogStore.Replicator.Transport.Links;
using LogStore.Replicator.Transport.Tcp;
using Xunit;

namespace LogStore.Replicator.Tests.Transport.Tcp;

/// <summary>How ends agree on what carries a link, with a way that never carries anything.</summary>
public sealed class DataPathTests
{
    [Fact]
    public async Task WhatCannotBeConnectedFallsBackToTcpAndBothEndsSayWhy()
    {
        await using Net net = new() { Planes = _ => new BrokenPlane() };
        await net.LinkAsync();
        foreach (TestBroker broker in net.All)
        {
            LinkStatus status = Assert.Single(broker.Transport.Links);
            Assert.Equal("tcp", status.Transport);
            Assert.Contains("cannot be connected", status.Reason, StringComparison.Ordinal);
        }

        Assert.All(net.Made.Values, plane => Assert.Equal(1, plane!.Failures));
    }

    [Fact]
    public async Task AnEndWithoutAWayIsNamed()
    {
        await using Net net = new() { Planes = id => id == 1 ? new BrokenPlane() : null };
        await net.LinkAsync();
        Assert.Equal("broker 2: it does not use broken", Assert.Single(net.All[0].Transport.Links).Reason);
        Assert.Null(Assert.Single(net.All[1].Transport.Links).Reason);
    }

    [Fact]
    public async Task WhereEitherTakesNothingElseThereIsNoLink()
    {
        await using Net net = new() { Planes = id => id == 1 ? new BrokenPlane { Requires = true } : null };
        TestBroker first = net.Start(1), second = net.Start(2), third = net.Start(3);
        first.Know(second, third);
        second.Know(first, third);
        third.Know(first, second);
        // The others link, and by then the first has been tried as well.
        Assert.Equal(3, (await second.Receiver.UpAsync()).BrokerId);
        await third.Receiver.UpAsync();
        using CancellationTokenSource patience = new(TestPatience.Value);
        while (!first.Transport.Links.All(link => link.Reason?.Contains("no link over TCP", StringComparison.Ordinal) == true))
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.False(first.Receiver.HasUp);
        Assert.False(second.Receiver.HasUp);
        Assert.False(third.Receiver.HasUp);
    }

    [Fact]
    public async Task ALinkOverTcpIsTakenDownOnceBothEndsHaveABetterWayAndNotBefore()
    {
        await using Net net = new() { Planes = _ => new BrokenPlane { Reason = "not yet" } };
        var (first, _, second, _) = await net.LinkAsync();
        Assert.Equal("broker 1: not yet", Assert.Single(first.Transport.Links).Reason);
        net.Made[1]!.Reason = null;
        await net.Made[1]!.AskedAsync(3); // By each of its heartbeats.
        Assert.False(first.Receiver.HasDown);
        net.Made[2]!.Reason = null;
        await first.Receiver.DownAsync();
        await second.Receiver.DownAsync();
        await first.Receiver.UpAsync();
        await second.Receiver.UpAsync();
        Assert.Equal(1, net.Made[1]!.Failures);
    }

    /// <summary>Offers what cannot be connected, unless there is a reason not to.</summary>
    private sealed class BrokenPlane : LinkDataPlane
    {
        private readonly SemaphoreSlim _asked = new(0);
        private string? _reason;

        public bool Requires { get; init; }

        public int Failures { get; private set; }

        public string? Reason
        {
            get => Volatile.Read(ref _reason);
            set => Volatile.Write(ref _reason, value);
        }

        public override string Name => "broken";

        internal override bool IsRequired => Requires;

        public async Task AskedAsync(int times)
        {
            while (_asked.CurrentCount > 0) await _asked.WaitAsync();
            for (; times > 0; times--) Assert.True(await _asked.WaitAsync(TestPatience.Value));
        }

        public override void Dispose()
        {
        }

        internal override string? WhyNot(int brokerId)
        {
            _asked.Release();
            return Reason;
        }

        internal override OfferedLink? TryOpen(in LinkContext context, out string? reason)
        {
            reason = Reason;
            return reason is null ? new BrokenLink(context) : null;
        }

        internal override void OnFailed(int brokerId, string reason)
        {
            Failures++;
            Reason = reason;
        }
    }

    private sealed class BrokenLink(in LinkContext context) : OfferedLink(context, "broken")
    {
        public override byte[] Offer => [1, 2, 3];

        public override void Connect(ReadOnlySpan<byte> offer) => throw new FrameException("it cannot be connected");

        public override void Probe() => throw new NotSupportedException();

        public override bool TrySend(in ReplicaMessage message) => throw new NotSupportedException();

        public override bool TrySend(IPayloadSource source, int maxBytes) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override void Tick(bool canJudge) => throw new NotSupportedException();

        public override void Dispose()
        {
        }

        protected override void Close()
        {
        }

        protected override string Serve() => throw new NotSupportedException();
    }

    private sealed class Net : TransportNet
    {
        public required Func<int, BrokenPlane?> Planes { get; init; }

        public Dictionary<int, BrokenPlane?> Made { get; } = [];

        protected override (IReplicaTransport Transport, int Port) Start(ReplicaTransportOptions options, IReplicaReceiver receiver)
        {
            BrokenPlane? plane = Made[options.BrokerId] = Planes(options.BrokerId);
            TcpReplicaTransport transport = new(options with { DataPlane = plane });
            transport.Start(receiver);
            return (transport, transport.EndPoint.Port);
        }
    }
}
