using LogStore.Replicator.Rdma.Verbs;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

public sealed class HotPathTest
{
    [RdmaFact]
    public void PostingAndPollingAllocateNothing()
    {
        (Side left, Side right) = Side.ConnectedPair();
        using (left)
        using (right)
        {
            WorkCompletion[] batch = new WorkCompletion[16];
            WorkRequest[] chain = new WorkRequest[8];
            Exchange(left, right, batch, chain, rounds: 50);
            Assert.Equal(0, Allocations.OnThisThread(() => Exchange(left, right, batch, chain, rounds: 1_000)));
        }
    }

    [RdmaFact]
    public void RentingAndReturningBlocksAllocateNothing()
    {
        using Side side = new(0);
        using SlabPool pool = new(side.Domain, blockBytes: 4000, blockCount: 8);
        Assert.Equal(0, Allocations.OnThisThread(() =>
        {
            for (int round = 0; round < 1_000; round++)
            {
                pool.TryRent(out SlabBlock block);
                block.Span[0] = (byte)round;
                pool.Return(block);
            }
        }));
    }

    private static void Exchange(Side left, Side right, WorkCompletion[] batch, WorkRequest[] chain, int rounds)
    {
        Deadline deadline = Deadline.In(60);
        for (int round = 0; round < rounds; round++)
        {
            right.QueuePair.TryPostReceive(1, right.Region.Slice(0, 64));
            for (int i = 0; i < chain.Length; i++)
            {
                chain[i] = WorkRequest.Write(2, left.Region.Slice(0, 64), right.Region.Remote, WorkRequestOptions.None);
            }

            left.QueuePair.TryPost(chain);
            left.QueuePair.TryPost(WorkRequest.Send(3, left.Region.Slice(0, 64)), [left.Region.Slice(64, 0)]);
            while (left.Completions.Poll(batch) == 0) deadline.Check("a completion");
            while (right.Completions.Poll(batch) == 0) deadline.Check("a completion");
        }
    }
}
