using LogStore.Replicator.Rdma.Verbs;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

/// <summary>One end of a connection: a device with a domain, a completion queue and registered memory.</summary>
internal sealed class Side : IDisposable
{
    public const int DefaultBytes = 1 << 16;

    public Side(int deviceIndex, int bytes = DefaultBytes, MemoryAccess access = EverythingAllowed, bool withChannel = false)
    {
        IReadOnlyList<RdmaDevice> devices = RdmaDevice.List();
        // One device alone talks to itself.
        string name = devices.Count == 0 ? "none" : devices[deviceIndex % devices.Count].Name;
        Port = RdmaPort.Open(new RdmaPortSelection { DeviceName = name });
        Domain = Port.Context.AllocateProtectionDomain();
        Channel = withChannel ? Port.Context.CreateCompletionChannel() : null;
        Completions = Port.Context.CreateCompletionQueue(1024, Channel);
        Slab = NativeSlab.Allocate((nuint)bytes);
        Region = Domain.Register(Slab, access);
        QueuePair = NewQueuePair();
    }

    public const MemoryAccess EverythingAllowed =
        MemoryAccess.LocalWrite | MemoryAccess.RemoteWrite | MemoryAccess.RemoteRead;

    public RdmaPort Port { get; }

    public ProtectionDomain Domain { get; }

    public CompletionChannel? Channel { get; }

    public CompletionQueue Completions { get; }

    public NativeSlab Slab { get; }

    public MemoryRegion Region { get; }

    public RcQueuePair QueuePair { get; private set; }

    public static (Side Left, Side Right) ConnectedPair(
        ConnectionOptions? options = null, int bytes = DefaultBytes, MemoryAccess rightAccess = EverythingAllowed)
    {
        Side left = new(0, bytes), right = new(1, bytes, rightAccess);
        Connect(left, right, options);
        return (left, right);
    }

    public static void Connect(Side left, Side right, ConnectionOptions? options = null)
    {
        left.QueuePair.Initialize(left.Port);
        right.QueuePair.Initialize(right.Port);
        left.QueuePair.Connect(left.Port, right.QueuePair.AddressOn(right.Port), options);
        right.QueuePair.Connect(right.Port, left.QueuePair.AddressOn(left.Port), options);
    }

    /// <summary>Waits for the next completion for at most <paramref name="seconds"/>.</summary>
    public WorkCompletion Next(double seconds = 20) => Next(Completions, seconds);

    public static WorkCompletion Next(CompletionQueue queue, double seconds = 20)
    {
        WorkCompletion[] one = new WorkCompletion[1];
        Deadline deadline = Deadline.In(seconds);
        while (queue.Poll(one) == 0) deadline.Check("a completion");
        return one[0];
    }

    public WorkCompletion NextSuccess(double seconds = 20)
    {
        WorkCompletion completion = Next(seconds);
        Assert.Equal(WorkCompletionStatus.Success, completion.Status);
        return completion;
    }

    public void Post(in WorkRequest request) => Assert.True(QueuePair.TryPost(in request));

    public void PostReceive(ulong id, MemorySegment buffer) => Assert.True(QueuePair.TryPostReceive(id, buffer));

    public void PostDatagramReceive(UdQueuePair pair) => Assert.True(pair.TryPostReceive(1, Region.Slice(0, 4096)));

    public RcQueuePair NewQueuePair() => QueuePair = Domain.CreateRcQueuePair(new QueuePairOptions
    {
        SendQueue = Completions,
        ReceiveQueue = Completions,
    });

    public void Dispose()
    {
        QueuePair.Dispose();
        Region.Dispose();
        Slab.Dispose();
        Completions.Dispose();
        Channel?.Dispose();
        Domain.Dispose();
        Port.Dispose();
    }
}
