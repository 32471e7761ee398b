using LogStore.Replicator.Rdma.Verbs;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

public sealed class QueuePairStateTest
{
    [RdmaFact]
    public void AConnectedQueuePairGoesThroughItsStates()
    {
        using Side left = new(0), right = new(1);
        RcQueuePair pair = left.QueuePair;
        Assert.Equal(QueuePairState.Reset, pair.QueryState());
        pair.Initialize(left.Port);
        Assert.Equal(QueuePairState.Initialized, pair.QueryState());
        pair.ReadyToReceive(left.Port, right.QueuePair.AddressOn(right.Port));
        Assert.Equal(QueuePairState.ReadyToReceive, pair.QueryState());
        pair.ReadyToSend();
        Assert.Equal(QueuePairState.ReadyToSend, pair.QueryState());
        pair.Fail();
        Assert.Equal(QueuePairState.Error, pair.QueryState());
        pair.Reset();
        Assert.Equal(QueuePairState.Reset, pair.QueryState());
    }

    [RdmaFact]
    public void AQueuePairWorksAgainAfterReset()
    {
        (Side left, Side right) = Side.ConnectedPair();
        using (left)
        using (right)
        {
            left.QueuePair.Fail();
            right.QueuePair.Fail();
            left.QueuePair.Reset();
            right.QueuePair.Reset();
            Side.Connect(left, right);

            left.Post(WorkRequest.Write(1, left.Region.Slice(0, 64), right.Region.Remote));
            left.NextSuccess();
        }
    }

    [RdmaFact]
    public void AStepOutOfOrderNamesTheVerbAndTheErrno()
    {
        using Side side = new(0);
        VerbsException error = Assert.Throws<VerbsException>(() => side.QueuePair.ReadyToSend());
        Assert.Equal(("ibv_modify_qp", 22), (error.Verb, error.ErrorNumber));
        Assert.Contains("Invalid argument (errno 22)", error.Message, StringComparison.Ordinal);
    }

    [RdmaFact]
    public void ADatagramReachesAQueuePairThroughAnAddressHandle()
    {
        const uint Key = 0x11223344;
        using Side left = new(0), right = new(1);
        using UdQueuePair from = Activate(left), to = Activate(right);
        using AddressHandle address = left.Domain.CreateAddressHandle(left.Port, right.Port.Source.Gid);
        left.Region.AsSpan(0, 100).Fill(0x5a);
        right.PostDatagramReceive(to);
        Assert.True(from.TryPost(WorkRequest.SendWithImmediate(1, left.Region.Slice(0, 100), 42), address, to.Number, Key));

        WorkCompletion received = right.NextSuccess();
        Assert.Equal((from.Number, 42u), (received.SourceQueuePairNumber, received.Immediate));
        Assert.Equal(100u + UdQueuePair.RoutingHeaderBytes, received.Bytes);
        Assert.False(right.Region.AsSpan(UdQueuePair.RoutingHeaderBytes, 100).ContainsAnyExcept((byte)0x5a));
        left.NextSuccess();

        static UdQueuePair Activate(Side side)
        {
            UdQueuePair pair = side.Domain.CreateUdQueuePair(
                new QueuePairOptions { SendQueue = side.Completions, ReceiveQueue = side.Completions });
            pair.Activate(side.Port, Key);
            return pair;
        }
    }

    [RdmaFact]
    public void AWorkRequestGathersItsSegments()
    {
        (Side left, Side right) = Side.ConnectedPair();
        using (left)
        using (right)
        {
            left.Region.AsSpan(0, 16).Fill(1);
            left.Region.AsSpan(4096, 100).Fill(2);
            WorkRequest request = WorkRequest.Write(1, left.Region.Slice(0, 16), right.Region.Remote);
            Assert.True(left.QueuePair.TryPost(request, [left.Region.Slice(4096, 100)]));
            left.NextSuccess();

            Assert.False(right.Region.AsSpan(0, 16).ContainsAnyExcept((byte)1));
            Assert.False(right.Region.AsSpan(16, 100).ContainsAnyExcept((byte)2));
            Assert.Throws<ArgumentException>(
                () => left.QueuePair.TryPost(request, new MemorySegment[left.QueuePair.MaxSegments]));
        }
    }

    [RdmaFact]
    public void AChainIsPostedInOrderAndOnlyItsLastReports()
    {
        (Side left, Side right) = Side.ConnectedPair();
        using (left)
        using (right)
        {
            WorkRequest[] chain = new WorkRequest[40];
            for (int i = 0; i < chain.Length; i++)
            {
                left.Region.AsSpan((nuint)i, 1)[0] = (byte)(i + 1);
                WorkRequestOptions options = i == chain.Length - 1 ? WorkRequestOptions.Signaled : WorkRequestOptions.None;
                chain[i] = WorkRequest.Write((ulong)i, left.Region.Slice((nuint)i, 1), right.Region.Remote, options);
            }

            Assert.Equal(chain.Length, left.QueuePair.TryPost(chain));
            Assert.Equal((ulong)chain.Length - 1, left.NextSuccess().Id);
            Assert.Equal(chain.Length, right.Region.AsSpan(0, 1)[0]);
        }
    }
}
