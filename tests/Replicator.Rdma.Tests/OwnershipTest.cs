using System.Runtime.CompilerServices;
using LogStore.Replicator.Rdma.Verbs;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

public sealed class OwnershipTest
{
    [RdmaFact]
    public void ObjectsCanBeDisposedInAnyOrder()
    {
        Random random = SeededRandom.Create();
        Resources before = Resources.Now();
        for (int round = 0; round < 50; round++)
        {
            IDisposable[] objects = MakeOneOfEach();
            random.Shuffle(objects);
            foreach (IDisposable each in objects) each.Dispose();
            foreach (IDisposable each in objects) each.Dispose();
        }

        Resources.Now().AssertNoMoreThan(before);
    }

    [RdmaFact]
    public void ObjectsThatAreForgottenAreFreedByTheCollector()
    {
        Forget();
        Resources before = Resources.Now();
        for (int round = 0; round < 20; round++) Forget();

        // A finalizer frees a child, which frees its parents: one pass reaches them all.
        Resources.Now().AssertNoMoreThan(before);
    }

    [RdmaFact]
    public void AThousandRoundsLeakNothing()
    {
        for (int round = 0; round < 20; round++) DisposeAll(MakeOneOfEach());
        Resources before = Resources.Now();
        for (int round = 0; round < 1_000; round++) DisposeAll(MakeOneOfEach());

        Resources.Now().AssertNoMoreThan(before, managedSlackBytes: 256 << 10);
    }

    [RdmaFact]
    public void ADisposedObjectSaysSoWhenItIsUsed()
    {
        using Side side = new(0);
        side.QueuePair.Dispose();
        side.Completions.Dispose();
        side.Region.Dispose();
        side.Slab.Dispose();

        Assert.Throws<ObjectDisposedException>(() => side.QueuePair.TryPostReceive(1, default));
        Assert.Throws<ObjectDisposedException>(() => side.QueuePair.TryPost(WorkRequest.Send(1, default)));
        Assert.Throws<ObjectDisposedException>(() => side.Completions.Poll(new WorkCompletion[1]));
        Assert.Throws<ObjectDisposedException>(() => side.Domain.Register(side.Slab, MemoryAccess.LocalWrite));
        Assert.Throws<ObjectDisposedException>(() => side.Slab.AsSpan(0, 1));
        Assert.InRange(side.Completions.Capacity, 1, int.MaxValue); // What was known stays known.

        using RdmaPort port = RdmaPort.Open(new RdmaPortSelection());
        CompletionChannel channel = port.Context.CreateCompletionChannel();
        channel.Dispose();
        Assert.Throws<ObjectDisposedException>(() => port.Context.CreateCompletionQueue(16, channel));
    }

    [RdmaFact]
    public void TheMemoryOfARegionOutlivesItsSlabsDisposal()
    {
        (Side left, Side right) = Side.ConnectedPair();
        using (left)
        using (right)
        {
            right.Slab.Dispose();
            left.Post(WorkRequest.Write(1, left.Region.Slice(0, 64), right.Region.Remote));
            left.NextSuccess();
        }
    }

    private static IDisposable[] MakeOneOfEach()
    {
        RdmaPort port = RdmaPort.Open(new RdmaPortSelection());
        ProtectionDomain domain = port.Context.AllocateProtectionDomain();
        CompletionChannel channel = port.Context.CreateCompletionChannel();
        CompletionQueue queue = port.Context.CreateCompletionQueue(16, channel);
        NativeSlab slab = NativeSlab.Allocate(8192);
        MemoryRegion region = domain.Register(slab, Side.EverythingAllowed);
        QueuePairOptions options = new()
        {
            SendQueue = queue,
            ReceiveQueue = queue,
            MaxSendWorkRequests = 4,
            MaxReceiveWorkRequests = 4,
        };
        RcQueuePair connected = domain.CreateRcQueuePair(options);
        UdQueuePair datagrams = domain.CreateUdQueuePair(options);
        AddressHandle address = domain.CreateAddressHandle(port, port.Source.Gid);
        return [port, domain, channel, queue, slab, region, connected, datagrams, address];
    }

    private static void DisposeAll(IDisposable[] objects)
    {
        foreach (IDisposable each in objects) each.Dispose();
    }

    // Out of line, so that no register or stack slot of the caller keeps an object alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget() => _ = MakeOneOfEach();
}
