using LogStore.Replicator.Rdma.Verbs;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

public sealed class MessageStreamTest
{
    private const int Messages = 10_000;
    private const int MaxMessageBytes = 4 << 20;
    private const int Window = 8;
    private const double SilenceSeconds = 30;
    private const int SourceBytes = 2 * MaxMessageBytes;

    [RdmaFact]
    public void TenThousandMessagesOfRandomSizeArriveInOrderAndWhole()
    {
        Random random = SeededRandom.Create();
        (Side sender, Side receiver) = Side.ConnectedPair(bytes: Math.Max(SourceBytes, Window * MaxMessageBytes));
        using (sender)
        using (receiver)
        {
            Span<byte> source = sender.Region.AsSpan(0, SourceBytes);
            random.NextBytes(source);
            for (int slot = 0; slot < Window; slot++) PostReceive(receiver, slot);

            // A window of messages is under way; each carries its checksum as its immediate value.
            Queue<(int Bytes, uint Checksum)> expected = new();
            WorkCompletion[] batch = new WorkCompletion[16];
            Deadline deadline = Deadline.In(SilenceSeconds);
            int sent = 0, received = 0, acknowledged = 0;
            while (received < Messages || acknowledged < Messages)
            {
                while (sent < Messages && sent - Math.Min(received, acknowledged) < Window)
                {
                    int bytes = NextSize(random), offset = random.Next(SourceBytes - bytes);
                    uint checksum = Checksum.Of(source.Slice(offset, bytes));
                    expected.Enqueue((bytes, checksum));
                    sender.Post(WorkRequest.SendWithImmediate(
                        (ulong)sent++, sender.Region.Slice((nuint)offset, (uint)bytes), checksum));
                }

                int arrived = receiver.Completions.Poll(batch);
                foreach (WorkCompletion completion in batch.AsSpan(0, arrived))
                {
                    Verify(receiver, completion, received++, expected.Dequeue());
                    PostReceive(receiver, (int)completion.Id);
                }

                int confirmed = sender.Completions.Poll(batch);
                foreach (WorkCompletion completion in batch.AsSpan(0, confirmed))
                {
                    Assert.Equal(WorkCompletionStatus.Success, completion.Status);
                    Assert.Equal((ulong)acknowledged++, completion.Id);
                }

                if (arrived + confirmed == 0) deadline.Check($"message {received}");
                else deadline = Deadline.In(SilenceSeconds);
            }
        }
    }

    // Each order of magnitude is met, small ones more often: 0 bytes and 4 MiB are among them.
    private static int NextSize(Random random) => (int)Math.Pow(2, 22 * Math.Pow(random.NextDouble(), 3)) switch
    {
        1 => random.Next(2),
        > MaxMessageBytes - MaxMessageBytes / 64 => MaxMessageBytes,
        int size => size,
    };

    private static void PostReceive(Side receiver, int slot) => receiver.PostReceive(
        (ulong)slot, receiver.Region.Slice((nuint)slot * MaxMessageBytes, MaxMessageBytes));

    private static void Verify(Side receiver, in WorkCompletion completion, int number, (int Bytes, uint Checksum) expected)
    {
        Assert.Equal(WorkCompletionStatus.Success, completion.Status);
        Assert.Equal((ulong)(number % Window), completion.Id);
        Assert.Equal((uint)expected.Bytes, completion.Bytes);
        Assert.Equal(expected.Checksum, completion.Immediate);
        Assert.Equal(
            expected.Checksum,
            Checksum.Of(receiver.Region.AsSpan((nuint)completion.Id * MaxMessageBytes, expected.Bytes)));
    }
}
