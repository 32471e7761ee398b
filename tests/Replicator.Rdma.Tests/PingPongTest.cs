using LogStore.Replicator.Rdma.Verbs;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

public sealed class PingPongTest
{
    private const int Rounds = 200;
    private const uint Length = 1000;

    [RdmaFact]
    public void ASendIsAnsweredBySendAcrossDevices()
    {
        (Side left, Side right) = Side.ConnectedPair();
        using (left)
        using (right)
        {
            for (int round = 0; round < Rounds; round++)
            {
                SendOnce(left, right, (byte)round);
                SendOnce(right, left, (byte)~round);
            }
        }
    }

    [RdmaFact]
    public void AWriteWithImmediateIsAnsweredByOneAcrossDevices()
    {
        (Side left, Side right) = Side.ConnectedPair();
        using (left)
        using (right)
        {
            for (int round = 0; round < Rounds; round++)
            {
                WriteOnce(left, right, (byte)round, (uint)round);
                WriteOnce(right, left, (byte)~round, ~(uint)round);
            }
        }
    }

    [RdmaFact]
    public void AReadBringsWhatThePeerHolds()
    {
        (Side left, Side right) = Side.ConnectedPair();
        using (left)
        using (right)
        {
            for (int round = 0; round < Rounds; round++)
            {
                right.Region.AsSpan(512, (int)Length).Fill((byte)round);
                left.Region.AsSpan(0, (int)Length).Clear();
                left.Post(WorkRequest.Read(7, left.Region.Slice(0, Length), right.Region.Remote.Plus(512)));

                WorkCompletion read = left.NextSuccess();
                Assert.Equal((7ul, WorkCompletionOpcode.Read), (read.Id, read.Opcode));
                Assert.False(left.Region.AsSpan(0, (int)Length).ContainsAnyExcept((byte)round));
            }
        }
    }

    private static void SendOnce(Side from, Side to, byte content)
    {
        to.PostReceive(1, to.Region.Slice(4096, 4096));
        from.Region.AsSpan(0, (int)Length).Fill(content);
        from.Post(WorkRequest.Send(2, from.Region.Slice(0, Length)));

        WorkCompletion received = to.NextSuccess(), sent = from.NextSuccess();
        Assert.Equal((1ul, WorkCompletionOpcode.Receive, Length), (received.Id, received.Opcode, received.Bytes));
        Assert.Equal((2ul, WorkCompletionOpcode.Send), (sent.Id, sent.Opcode));
        Assert.False(received.HasImmediate);
        Assert.False(to.Region.AsSpan(4096, (int)Length).ContainsAnyExcept(content));
    }

    private static void WriteOnce(Side from, Side to, byte content, uint immediate)
    {
        to.PostReceive(3, default);
        from.Region.AsSpan(0, (int)Length).Fill(content);
        from.Post(WorkRequest.WriteWithImmediate(
            4, from.Region.Slice(0, Length), to.Region.Remote.Plus(8192), immediate));

        WorkCompletion received = to.NextSuccess();
        Assert.Equal((3ul, WorkCompletionOpcode.ReceiveWriteWithImmediate), (received.Id, received.Opcode));
        Assert.True(received.HasImmediate);
        Assert.Equal(immediate, received.Immediate);
        Assert.Equal(WorkCompletionOpcode.Write, from.NextSuccess().Opcode);
        Assert.False(to.Region.AsSpan(8192, (int)Length).ContainsAnyExcept(content));
    }
}
