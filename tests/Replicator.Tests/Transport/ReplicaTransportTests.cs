using System.Diagnostics;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Tests.Transport.Support;
using LogStore.Replicator.Transport;
using Xunit;

namespace LogStore.Replicator.Tests.Transport;

/// <summary>What every transport does.</summary>
public abstract class ReplicaTransportTests
{
    private static readonly TimeSpan Patience = TestPatience.Value;

    private protected abstract TransportNet CreateNet();

    [Fact]
    public async Task ALoneMessageArrivesAsItWasSent()
    {
        await using TransportNet net = CreateNet();
        var (first, toSecond, second, _) = await net.LinkAsync();
        TaskCompletionSource<ReplicaMessage> arrived = new();
        second.Receiver.Message = (IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload) =>
            arrived.TrySetResult(message);
        ReplicaMessage sent = TestMessages.Append(42, []);
        Assert.True(toSecond.TrySend(sent));
        toSecond.Flush();
        Assert.Equal(sent, await arrived.Task.WaitAsync(Patience));
        Assert.Equal(2, toSecond.BrokerId);
        LinkStatus status = Assert.Single(first.Transport.Links);
        Assert.True(status.IsUp);
    }

    [Fact]
    public async Task PayloadsOfAllSizesArriveIntactAndInOrderInBothDirectionsAtOnce()
    {
        await using TransportNet net = CreateNet();
        var (first, toSecond, second, toFirst) = await net.LinkAsync();
        int seed = SeededRandom.Create().Next();
        Task there = ExchangeAsync(first, toSecond, second, seed);
        Task back = ExchangeAsync(second, toFirst, first, seed + 1);
        await Task.WhenAll(there, back);
    }

    [Fact]
    public async Task AMessageLargerThanAllBuffersArrives()
    {
        await using TransportNet net = CreateNet();
        var (first, toSecond, second, _) = await net.LinkAsync(id => new ReplicaTransportOptions
        {
            BrokerId = id,
            ClusterId = TransportNet.ClusterId,
            SendBufferBytes = 256 * 1024,
            ReceiveBufferBytes = 4096,
            WindowBytes = 1024 * 1024,
        });
        Collector collector = new(second.Receiver, 9);
        byte[] large = new byte[3 * 1024 * 1024 + 5];
        new Random(1).NextBytes(large);
        for (int number = 0; number < 9; number++)
        {
            byte[] payload = number % 3 == 1 ? large : large[..(number * 1000)];
            await TestMessages.SendAsync(first.Receiver, toSecond, new TestMessages.Source(number, payload), payload.Length);
            toSecond.Flush();
        }

        await collector.DoneAsync();
    }

    [Fact]
    public async Task AReceiverThatBlocksHoldsTheSenderBackAndNothingIsLost()
    {
        await using TransportNet net = CreateNet();
        var (first, toSecond, second, _) = await net.LinkAsync();
        using ManualResetEventSlim go = new();
        byte[] payload = new byte[64 * 1024];
        Collector collector = new(second.Receiver, int.MaxValue, go.Wait);
        int taken = 0;
        while (toSecond.TrySend(new TestMessages.Source(taken, payload), payload.Length))
        {
            taken++;
            toSecond.Flush();
            Assert.True(taken < 1000, "nothing holds the sender back");
        }

        // Refusals call no source, and what was taken is bounded by the window and what is in between.
        TestMessages.Source refused = new(taken, payload);
        while (toSecond.TrySend(refused, payload.Length)) Assert.True(++taken < 1000);
        go.Set();
        Assert.True(await first.Receiver.Writable.WaitAsync(Patience), "room was never told");
        await TestMessages.SendAsync(first.Receiver, toSecond, new TestMessages.Source(taken++, payload), payload.Length);
        toSecond.Flush();
        await collector.ReachedAsync(taken);
    }

    [Fact]
    public async Task AcknowledgementsFlowWhileRecordsAreHeldBack()
    {
        await using TransportNet net = CreateNet();
        var (first, toSecond, second, toFirst) = await net.LinkAsync();
        using ManualResetEventSlim go = new();
        byte[] payload = new byte[64 * 1024];
        Collector records = new(second.Receiver, int.MaxValue, go.Wait);
        Collector acknowledgements = new(first.Receiver, 1);
        int taken = 0;
        while (toSecond.TrySend(new TestMessages.Source(taken, payload), payload.Length))
        {
            taken++;
            toSecond.Flush();
        }

        // The blocked direction still takes them, and the other one delivers them.
        Assert.True(toSecond.TrySend(TestMessages.Acknowledge(taken++)));
        toSecond.Flush();
        Assert.True(toFirst.TrySend(TestMessages.Acknowledge(0)));
        toFirst.Flush();
        await acknowledgements.DoneAsync();
        go.Set();
        await records.ReachedAsync(taken);
    }

    [Fact]
    public async Task TwoSidesThatFloodEachOtherBothGetThrough()
    {
        await using TransportNet net = CreateNet();
        var (first, toSecond, second, toFirst) = await net.LinkAsync();
        byte[] payload = new byte[200_000];
        Collector atSecond = new(second.Receiver, 300);
        Collector atFirst = new(first.Receiver, 300);
        await Task.WhenAll(Task.Run(() => FloodAsync(first, toSecond)), Task.Run(() => FloodAsync(second, toFirst)));
        await Task.WhenAll(atFirst.DoneAsync(), atSecond.DoneAsync());

        async Task FloodAsync(TestBroker broker, IReplicaLink link)
        {
            for (int number = 0; number < 300; number++)
            {
                await TestMessages.SendAsync(broker.Receiver, link, new TestMessages.Source(number, payload), payload.Length);
                if (number % 3 == 0) link.Flush();
            }

            link.Flush();
        }
    }

    [Fact]
    public async Task ManyThreadsSendWithoutMixingTheirFrames()
    {
        await using TransportNet net = CreateNet();
        var (_, toSecond, second, _) = await net.LinkAsync();
        const int Threads = 4, Each = 2000;
        long[] next = new long[Threads];
        TaskCompletionSource done = new();
        int count = 0;
        second.Receiver.Message = (IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload) =>
        {
            if (next[message.Session / Each]++ != message.Session % Each) done.TrySetException(new InvalidDataException("order"));
            if (++count == Threads * Each) done.TrySetResult();
        };
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (int number = 0; number < Each; number++)
            {
                ReplicaMessage message = TestMessages.Acknowledge((thread * Each) + number);
                SpinWait.SpinUntil(() => toSecond.TrySend(message));
                toSecond.Flush();
            }
        })));
        await done.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task DrainedIsToldAfterWhatHasArrived()
    {
        await using TransportNet net = CreateNet();
        var (_, toSecond, second, _) = await net.LinkAsync();
        TaskCompletionSource drained = new();
        int messages = 0;
        second.Receiver.Message = (IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload) => messages++;
        second.Receiver.Drained = _ =>
        {
            if (messages == 100) drained.TrySetResult();
        };
        for (int number = 0; number < 100; number++) Assert.True(toSecond.TrySend(TestMessages.Acknowledge(number)));
        toSecond.Flush();
        await drained.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task ALinkThatIsAbortedGoesDownAtBothEndsAndAnotherComesUp()
    {
        await using TransportNet net = CreateNet();
        var (first, toSecond, second, toFirst) = await net.LinkAsync();
        for (int round = 0; round < 3; round++)
        {
            (round == 1 ? toFirst : toSecond).Abort("a test");
            Assert.Same(toSecond, await first.Receiver.DownAsync());
            Assert.Same(toFirst, await second.Receiver.DownAsync());
            Assert.True(toSecond.TrySend(TestMessages.Acknowledge(1)), "a link that is down swallows");
            toSecond.Flush();
            IReplicaLink nextToSecond = await first.Receiver.UpAsync();
            IReplicaLink nextToFirst = await second.Receiver.UpAsync();
            Assert.NotEqual(toSecond.Generation, nextToSecond.Generation);
            Assert.NotEqual(toFirst.Generation, nextToFirst.Generation);
            (toSecond, toFirst) = (nextToSecond, nextToFirst);
        }

        Collector collector = new(second.Receiver, 1);
        Assert.True(toSecond.TrySend(TestMessages.Acknowledge(0)));
        toSecond.Flush();
        await collector.DoneAsync();
    }

    [Fact]
    public async Task ALinkCanBeAbortedFromWithinItsReceiver()
    {
        await using TransportNet net = CreateNet();
        var (first, toSecond, second, _) = await net.LinkAsync();
        second.Receiver.Message = (IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload) =>
            link.Abort("a message that makes no sense");
        Assert.True(toSecond.TrySend(TestMessages.Acknowledge(0)));
        toSecond.Flush();
        await first.Receiver.DownAsync();
        await second.Receiver.DownAsync();
        await first.Receiver.UpAsync();
        await second.Receiver.UpAsync();
    }

    [Fact]
    public async Task AReceiverThatThrowsLosesTheLink()
    {
        await using TransportNet net = CreateNet();
        var (first, toSecond, second, _) = await net.LinkAsync();
        bool thrown = false;
        second.Receiver.Drained = _ =>
        {
            if (thrown) return;
            thrown = true;
            throw new InvalidOperationException("a test");
        };
        Assert.True(toSecond.TrySend(TestMessages.Acknowledge(0)));
        toSecond.Flush();
        await first.Receiver.DownAsync();
        await first.Receiver.UpAsync();
    }

    [Fact]
    public async Task ASourceThatFailsLeavesNothingBehind()
    {
        await using TransportNet net = CreateNet();
        var (_, toSecond, second, _) = await net.LinkAsync();
        Collector collector = new(second.Receiver, 1);
        Assert.Throws<IOException>(() => toSecond.TrySend(new FailingSource(), 1000));
        Assert.True(toSecond.TrySend(new TestMessages.Source(0, new byte[10]), 1000));
        toSecond.Flush();
        await collector.DoneAsync();
    }

    [Fact]
    public async Task APeerThatIsRemovedLosesItsLinkForGood()
    {
        await using TransportNet net = CreateNet();
        var (first, toSecond, second, toFirst) = await net.LinkAsync();
        second.Know();
        Assert.Same(toSecond, await first.Receiver.DownAsync());
        Assert.Same(toFirst, await second.Receiver.DownAsync());
        Assert.Empty(second.Transport.Links);
        TestBroker third = net.Start(3);
        third.Know(first, second);
        first.Know(second, third);
        Assert.Equal(3, (await first.Receiver.UpAsync()).BrokerId); // Meanwhile there was time for the other to come back.
        Assert.False(first.Receiver.HasUp);
        second.Know(first, third);
        Assert.Equal(2, (await first.Receiver.UpAsync()).BrokerId);
    }

    [Fact]
    public async Task APeerThatRestartsUnderAnotherRegistrationGetsAnotherLink()
    {
        await using TransportNet net = CreateNet();
        var (first, toSecond, second, _) = await net.LinkAsync();
        await second.Transport.DisposeAsync();
        await second.Receiver.DownAsync();
        Assert.Same(toSecond, await first.Receiver.DownAsync());
        Assert.Equal(2, (await first.Receiver.RefusedAsync()).BrokerId);
        TestBroker again = net.Start(2, session: 2);
        again.Know(first);
        first.Know(again);
        Assert.Equal(2, (await first.Receiver.UpAsync()).BrokerId);
        await again.Receiver.UpAsync();
    }

    [Fact]
    public async Task TheOneThatDoesNotDialIsToldOfARefusalToo()
    {
        await using TransportNet net = CreateNet();
        var (first, _, second, _) = await net.LinkAsync();
        await first.Transport.DisposeAsync();
        await second.Receiver.DownAsync();
        Assert.Equal(first.AsPeer, await second.Receiver.RefusedAsync());
    }

    [Fact]
    public async Task APeerOfAnotherRegistrationIsNotLinkedTo()
    {
        await using TransportNet net = CreateNet();
        TestBroker first = net.Start(1, session: 5);
        TestBroker second = net.Start(2);
        TestBroker third = net.Start(3);
        first.Know(second, third);
        third.Know(first);
        second.Transport.SetPeers([first.AsPeer with { Session = 4 }]);
        Assert.Equal(3, (await first.Receiver.UpAsync()).BrokerId);
        Assert.False(first.Receiver.HasUp);
        second.Know(first);
        Assert.Equal(2, (await first.Receiver.UpAsync()).BrokerId);
        first.Transport.SetSession(6);
        await first.Receiver.DownAsync();
        await first.Receiver.DownAsync();
    }

    [Fact]
    public async Task ThereIsALinkForEachPairOfFive()
    {
        await using TransportNet net = CreateNet();
        TestBroker[] brokers = [.. Enumerable.Range(1, 5).Select(id => net.Start(id))];
        foreach (TestBroker broker in brokers) broker.Know(brokers);
        foreach (TestBroker broker in brokers)
        {
            HashSet<int> linked = [];
            while (linked.Count < 4) linked.Add((await broker.Receiver.UpAsync()).BrokerId);
        }

        Assert.All(brokers, broker => Assert.False(broker.Receiver.HasDown));
    }

    [Fact]
    public async Task ManyPayloadsGetThroughFast()
    {
        await using TransportNet net = CreateNet();
        var (first, toSecond, second, _) = await net.LinkAsync();
        const int Count = 2000;
        byte[] payload = new byte[64 * 1024];
        Collector collector = new(second.Receiver, Count) { ChecksPayload = false };
        long since = Stopwatch.GetTimestamp();
        for (int number = 0; number < Count; number++)
        {
            await TestMessages.SendAsync(first.Receiver, toSecond, new TestMessages.Source(number, payload), payload.Length);
            toSecond.Flush();
        }

        await collector.DoneAsync();
        double seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        TestContext.Current.TestOutputHelper?.WriteLine($"{Count * payload.Length / seconds / 1e6:F0} MB/s");
    }

    private static async Task ExchangeAsync(TestBroker from, IReplicaLink link, TestBroker to, int seed)
    {
        const int Count = 200;
        Random random = new(seed);
        byte[] bytes = new byte[4 * 1024 * 1024];
        random.NextBytes(bytes);
        Collector collector = new(to.Receiver, Count);
        for (int number = 0; number < Count; number++)
        {
            int most = random.Next(4) switch { 0 => 0, 1 => 1000, 2 => 100_000, _ => random.Next(20) == 0 ? bytes.Length : 50_000 };
            int length = random.Next(most + 1);
            int begin = random.Next(bytes.Length - length + 1);
            // Often more room is asked for than is used.
            await TestMessages.SendAsync(
                from.Receiver, link, new TestMessages.Source(number, bytes.AsMemory(begin, length)), random.Next(length, most + 1));
            if (random.Next(3) == 0) link.Flush();
            if (random.Next(50) == 0) await Task.Yield();
        }

        link.Flush();
        await collector.DoneAsync();
    }

    /// <summary>Expects messages 0, 1, 2, … intact.</summary>
    private protected sealed class Collector
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _count;
        private long _target;

        public Collector(TestReceiver receiver, long target, Action? before = null)
        {
            _target = target;
            receiver.Message = (IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload) =>
            {
                before?.Invoke();
                try
                {
                    Assert.Equal(_count, message.Session);
                    if (ChecksPayload) TestMessages.AssertIntact(message, payload);
                }
                catch (Exception exception)
                {
                    _done.TrySetException(exception);
                }

                if (Interlocked.Increment(ref _count) >= Volatile.Read(ref _target)) _done.TrySetResult();
            };
        }

        public bool ChecksPayload { get; init; } = true;

        public Task DoneAsync() => _done.Task.WaitAsync(Patience);

        public Task ReachedAsync(long target)
        {
            Volatile.Write(ref _target, target);
            if (Interlocked.Read(ref _count) >= target) _done.TrySetResult();
            return DoneAsync();
        }
    }

    private sealed class FailingSource : IPayloadSource
    {
        public int Write(Span<byte> destination, out ReplicaMessage message) => throw new IOException("a test");
    }
}
