using LogStore.Replicator.Rdma.Links;
using LogStore.Replicator.Rdma.Verbs;
using LogStore.Replicator.Tests.Transport.Support;
using LogStore.Replicator.Transport;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests.Replication;

/// <summary>What links over RDMA do beyond what every link does.</summary>
public sealed class RdmaLinkTests
{
    private static readonly TimeSpan Patience = TestPatience.Value;

    [RdmaFact]
    public async Task AllSizesGetThroughARingThatIsSmallerThanSomeInBothDirections()
    {
        await using RdmaNet net = new() { Rdma = id => new() { IsRequired = true, RingBytes = id * 64 * 1024 } };
        var (first, toSecond, second, toFirst) = await net.LinkAsync();
        int seed = SeededRandom.Create().Next();
        await Task.WhenAll(
            Task.Run(() => ExchangeAsync(first, toSecond, second, seed)),
            Task.Run(() => ExchangeAsync(second, toFirst, first, seed + 1)));
    }

    [RdmaFact]
    public async Task APayloadThatIsThreeTimesTheRingArrives()
    {
        await using RdmaNet net = new();
        var (first, toSecond, second, _) = await net.LinkAsync();
        byte[] payload = new byte[24 * 1024 * 1024];
        new Random(1).NextBytes(payload);
        Task done = Numbers(second.Receiver, 3);
        await SendAsync(first, toSecond, 0, payload.AsMemory(0, 10));
        await SendAsync(first, toSecond, 1, payload);
        await SendAsync(first, toSecond, 2, payload.AsMemory(0, 10));
        await done.WaitAsync(Patience);
    }

    [RdmaFact]
    public async Task ASlowFollowerFillsTheRingAndNothingElseHappens()
    {
        await using RdmaNet net = new() { Rdma = _ => new() { IsRequired = true, RingBytes = 64 * 1024 } };
        var (first, toSecond, second, _) = await net.LinkAsync();
        using ManualResetEventSlim go = new();
        byte[] payload = new byte[4000];
        Task done = Numbers(second.Receiver, 40, go.Wait);
        int taken = 0;
        while (toSecond.TrySend(new TestMessages.Source(taken, payload), payload.Length))
        {
            taken++;
            toSecond.Flush();
        }

        Assert.InRange(taken, 10, 16); // So many fit a ring of 64 KiB.
        Assert.False(first.Receiver.HasDown);
        go.Set();
        for (; taken < 40; taken++) await SendAsync(first, toSecond, taken, payload);
        await done.WaitAsync(Patience);
        Assert.False(first.Receiver.HasDown);
    }

    [RdmaFact]
    public async Task ARevokedKeyEndsTheLinkWithTheReasonAndAnotherComesUp()
    {
        await using RdmaNet net = new();
        var (first, toSecond, second, toFirst) = await net.LinkAsync();
        Internals.RingOf(toFirst).Dispose();
        await SendAsync(first, toSecond, 0, new byte[100]);
        await first.Receiver.DownAsync();
        Assert.NotNull(Internals.FailureOf(toSecond));
        Assert.Contains("RemoteAccessError", Internals.FailureOf(toSecond), StringComparison.Ordinal);
        await second.Receiver.DownAsync();
        IReplicaLink next = await first.Receiver.UpAsync();
        await second.Receiver.UpAsync();
        Task done = Numbers(second.Receiver, 1);
        await SendAsync(first, next, 0, new byte[100]);
        await done.WaitAsync(Patience);
    }

    [RdmaFact]
    public async Task WhatIsWrittenLateForAnEarlierGenerationCannotReachTheNextRing()
    {
        await using RdmaNet net = new();
        var (first, toSecond, second, toFirst) = await net.LinkAsync();
        RemoteSegment old = Internals.RingOf(toFirst).Remote;
        toSecond.Abort("a test");
        await first.Receiver.DownAsync();
        await second.Receiver.DownAsync();
        IReplicaLink next = await first.Receiver.UpAsync();
        IReplicaLink back = await second.Receiver.UpAsync();
        Assert.NotEqual(old.Key, Internals.RingOf(back).Remote.Key);

        // As bad as it can be: a queue pair in the very domain that the new ring is in.
        using Side writer = new(0);
        RdmaHub hub = Internals.HubOf(back);
        using RcQueuePair target = hub.CreateQueuePair();
        target.Initialize(hub.Port, MemoryAccess.RemoteWrite);
        writer.QueuePair.Initialize(writer.Port);
        writer.QueuePair.Connect(writer.Port, target.AddressOn(hub.Port));
        target.Connect(hub.Port, writer.QueuePair.AddressOn(writer.Port));
        writer.Post(WorkRequest.Write(1, writer.Region.Slice(0, 64), old));
        Assert.Equal(WorkCompletionStatus.RemoteAccessError, writer.Next().Status);

        Task done = Numbers(second.Receiver, 1);
        await SendAsync(first, next, 0, new byte[100]);
        await done.WaitAsync(Patience);
    }

    [RdmaFact]
    public async Task WhereOneEndHasNoDeviceTheLinkTakesTcpAndSaysWhy()
    {
        await using RdmaNet net = new() { Rdma = id => new() { DeviceName = id == 2 ? "nosuch" : null } };
        var (first, toSecond, second, _) = await net.LinkAsync();
        foreach (TestBroker broker in (TestBroker[])[first, second])
        {
            LinkStatus status = Assert.Single(broker.Transport.Links);
            Assert.Equal("tcp", status.Transport);
            Assert.Contains("broker 2: There is no RDMA device 'nosuch'", status.Reason, StringComparison.Ordinal);
        }

        Task done = Numbers(second.Receiver, 1);
        await SendAsync(first, toSecond, 0, new byte[100]);
        await done.WaitAsync(Patience);
    }

    [RdmaFact]
    public async Task MessagesAllocateNothingAtEitherEnd()
    {
        CountingReceiver atFirst = new(), atSecond = new(answers: true);
        (IReplicaTransport first, ReplicaPeer asFirst) = RdmaNet.StartAlone(1, atFirst);
        await using IReplicaTransport disposesFirst = first;
        (IReplicaTransport second, ReplicaPeer asSecond) = RdmaNet.StartAlone(2, atSecond);
        await using IReplicaTransport disposesSecond = second;
        second.SetPeers([asFirst]);
        first.SetPeers([asSecond]);
        IReplicaLink link = await atFirst.Up.Task.WaitAsync(Patience);
        FixedSource source = new(new byte[1000]);
        Send(500); // Until everything is compiled as it stays.
        (long atSender, long atPoller) = (atFirst.Allocated, atSecond.Allocated);
        Assert.Equal(0, Allocations.OnThisThread(() => Send(200)));
        Assert.Equal(0, atFirst.Allocated - atSender);
        Assert.Equal(0, atSecond.Allocated - atPoller);

        void Send(int count)
        {
            for (int number = 0; number < count; number++)
            {
                long answered = atFirst.Count;
                Assert.True(link.TrySend(source, 1000));
                link.Flush();
                Deadline deadline = Deadline.In(60);
                while (atFirst.Count == answered) deadline.Check("an answer");
            }
        }
    }

    private static async Task ExchangeAsync(TestBroker from, IReplicaLink link, TestBroker to, int seed)
    {
        const int Count = 300;
        Random random = new(seed);
        byte[] bytes = new byte[200_000];
        random.NextBytes(bytes);
        Task done = Numbers(to.Receiver, Count);
        for (int number = 0; number < Count; number++)
        {
            int most = random.Next(8) switch { 0 => bytes.Length, < 4 => 2_000, _ => 20_000 };
            int length = random.Next(most);
            await TestMessages.SendAsync(
                from.Receiver, link, new TestMessages.Source(number, bytes.AsMemory(0, length)), random.Next(length, bytes.Length));
            if (random.Next(3) == 0) link.Flush();
        }

        link.Flush();
        await done.WaitAsync(Patience);
    }

    private static async Task SendAsync(TestBroker from, IReplicaLink link, long number, ReadOnlyMemory<byte> payload)
    {
        await TestMessages.SendAsync(from.Receiver, link, new TestMessages.Source(number, payload), payload.Length);
        link.Flush();
    }

    /// <summary>Done when messages 0, 1, 2, … have come intact, so many.</summary>
    private static Task Numbers(TestReceiver receiver, int count, Action? before = null)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int next = 0;
        receiver.Message = (IReplicaLink link, in Protocol.ReplicaMessage message, ReadOnlySpan<byte> payload) =>
        {
            before?.Invoke();
            try
            {
                Assert.Equal(next, message.Session);
                TestMessages.AssertIntact(message, payload);
                if (++next == count) done.TrySetResult();
            }
            catch (Exception exception)
            {
                done.TrySetException(exception);
            }
        };
        return done.Task;
    }
}
