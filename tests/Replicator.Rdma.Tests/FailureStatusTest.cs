using LogStore.Replicator.Rdma.Verbs;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

/// <summary>What goes wrong ends in the status that the manual pages name, within a bound, and ends the queue pair.</summary>
public sealed class FailureStatusTest
{
    private const double BoundSeconds = 15;

    // 4.096 µs * 2^10 = 4.2 ms before each of three retries: a peer that is gone is noticed soon.
    private static readonly ConnectionOptions Impatient = new()
    {
        TimeoutExponent = 10,
        RetryCount = 3,
        ReceiverNotReadyRetryCount = 2,
    };

    [RdmaFact]
    public void ASendWithoutAReceiveEndsInReceiverNotReady()
    {
        (Side left, Side right) = Side.ConnectedPair(Impatient);
        using (left)
        using (right)
        {
            left.Post(WorkRequest.Send(1, left.Region.Slice(0, 64)));
            ExpectEnd(left, 1, WorkCompletionStatus.ReceiverNotReady);
        }
    }

    [RdmaFact]
    public void AReceiveThatComesLateIsStillInTime()
    {
        (Side left, Side right) = Side.ConnectedPair(new ConnectionOptions { ReceiverNotReadyRetryCount = 7 });
        using (left)
        using (right)
        {
            left.Post(WorkRequest.Send(1, left.Region.Slice(0, 64)));
            Assert.Equal(0, left.Completions.Poll(new WorkCompletion[1]));
            right.PostReceive(2, right.Region.Slice(0, 64));

            Assert.Equal(2ul, right.NextSuccess().Id);
            Assert.Equal(1ul, left.NextSuccess().Id);
        }
    }

    [RdmaFact]
    public void AWriteIntoMemoryThatForbidsItEndsInRemoteAccessError()
    {
        (Side left, Side right) = Side.ConnectedPair(
            Impatient, rightAccess: MemoryAccess.LocalWrite | MemoryAccess.RemoteRead);
        using (left)
        using (right)
        {
            left.Post(WorkRequest.Write(1, left.Region.Slice(0, 64), right.Region.Remote));
            ExpectEnd(left, 1, WorkCompletionStatus.RemoteAccessError);
        }
    }

    [RdmaFact]
    public void AWriteBeyondTheRegionEndsInRemoteAccessError()
    {
        (Side left, Side right) = Side.ConnectedPair(Impatient);
        using (left)
        using (right)
        {
            left.Post(WorkRequest.Write(1, left.Region.Slice(0, 64), right.Region.Remote.Plus(right.Region.Bytes - 63)));
            ExpectEnd(left, 1, WorkCompletionStatus.RemoteAccessError);
        }
    }

    [RdmaFact]
    public void AWrongKeyEndsInRemoteAccessError()
    {
        (Side left, Side right) = Side.ConnectedPair(Impatient);
        using (left)
        using (right)
        {
            RemoteSegment wrong = right.Region.Remote with { Key = right.Region.RemoteKey ^ 0x5a5a00 };
            left.Post(WorkRequest.Read(1, left.Region.Slice(0, 64), wrong));
            ExpectEnd(left, 1, WorkCompletionStatus.RemoteAccessError);
        }
    }

    [RdmaFact]
    public void AKeyThatWasDeregisteredEndsInRemoteAccessError()
    {
        (Side left, Side right) = Side.ConnectedPair(Impatient);
        using (left)
        using (right)
        {
            RemoteSegment stale = right.Region.Remote;
            right.Region.Dispose();
            left.Post(WorkRequest.Write(1, left.Region.Slice(0, 64), stale));
            ExpectEnd(left, 1, WorkCompletionStatus.RemoteAccessError);
        }
    }

    [RdmaFact]
    public void AMessageLongerThanItsReceiveEndsInAnErrorOnBothSides()
    {
        (Side left, Side right) = Side.ConnectedPair(Impatient);
        using (left)
        using (right)
        {
            right.PostReceive(2, right.Region.Slice(0, 63));
            left.Post(WorkRequest.Send(1, left.Region.Slice(0, 64)));

            // The specification's statuses first; Soft-RoCE of Linux 6.1 takes it for a malformed receive instead.
            ExpectEnd(left, 1, WorkCompletionStatus.RemoteInvalidRequest, WorkCompletionStatus.RemoteOperationError);
            ExpectEnd(right, 2, WorkCompletionStatus.LocalLengthError, WorkCompletionStatus.LocalQueuePairOperationError);
        }
    }

    [RdmaFact]
    public void ALocalBufferOutsideItsRegionEndsInLocalProtectionError()
    {
        (Side left, Side right) = Side.ConnectedPair(Impatient);
        using (left)
        using (right)
        {
            MemorySegment unregistered = new(left.Region.Slice(0, 64).Address, 64, left.Region.LocalKey ^ 0x5a5a00);
            right.PostReceive(2, right.Region.Slice(0, 64));
            left.Post(WorkRequest.Send(1, unregistered));
            // Soft-RoCE of Linux 6.1 has one status for all that is wrong with a local buffer.
            ExpectEnd(left, 1, WorkCompletionStatus.LocalProtectionError, WorkCompletionStatus.LocalQueuePairOperationError);
        }
    }

    [RdmaFact]
    public void ADestroyedPeerEndsInRetryExceeded()
    {
        (Side left, Side right) = Side.ConnectedPair(Impatient);
        using (left)
        using (right)
        {
            right.QueuePair.Dispose();
            left.Post(WorkRequest.Send(1, left.Region.Slice(0, 64)));
            ExpectEnd(left, 1, WorkCompletionStatus.RetryExceeded);
        }
    }

    [RdmaFact]
    public void WhatIsPostedToAFailedQueuePairIsFlushed()
    {
        (Side left, Side right) = Side.ConnectedPair(Impatient);
        using (left)
        using (right)
        {
            left.PostReceive(1, left.Region.Slice(0, 64));
            left.QueuePair.Fail();
            ExpectEnd(left, 1, WorkCompletionStatus.Flushed);
            left.Post(WorkRequest.Send(2, left.Region.Slice(0, 64)));
            ExpectEnd(left, 2, WorkCompletionStatus.Flushed);
        }
    }

    [RdmaFact]
    public void AFullSendQueueIsBackPressureAndNoError()
    {
        (Side left, Side right) = Side.ConnectedPair(new ConnectionOptions { ReceiverNotReadyRetryCount = 7 });
        using (left)
        using (right)
        {
            // Nothing is received on the other side, so nothing leaves the queue.
            int posted = 0;
            while (posted < 10_000 && left.QueuePair.TryPost(WorkRequest.Send((ulong)posted, left.Region.Slice(0, 1)))) posted++;

            Assert.InRange(posted, left.QueuePair.MaxSendWorkRequests, 9_999);
            WorkRequest[] more = [WorkRequest.Send(1, left.Region.Slice(0, 1)), WorkRequest.Send(2, left.Region.Slice(0, 1))];
            Assert.Equal(0, left.QueuePair.TryPost(more));
        }
    }

    private static void ExpectEnd(Side side, ulong id, params WorkCompletionStatus[] oneOf)
    {
        WorkCompletion completion = side.Next(BoundSeconds);
        Assert.Equal(id, completion.Id);
        Assert.Contains(completion.Status, oneOf);
        Assert.False(completion.IsSuccess);
        Assert.Equal(side.QueuePair.Number, completion.QueuePairNumber);
        Assert.Equal(QueuePairState.Error, side.QueuePair.QueryState());
    }
}
