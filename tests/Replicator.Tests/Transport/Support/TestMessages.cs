using LogStore.Checksums;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Transport;
using Xunit;

namespace LogStore.Replicator.Tests.Transport.Support;

/// <summary>Messages that say what they should be: a number, and the payload's length and checksum.</summary>
internal static class TestMessages
{
    public static readonly PartitionId Partition = new(new Guid("0190b2c4-5d6e-7f80-9a1b-2c3d4e5f6071"), 7);

    public static ReplicaMessage Acknowledge(long number) =>
        new(ReplicaMessageKind.Acknowledge, Partition, LeaderEpoch: 3, Session: number);

    public static ReplicaMessage Append(long number, ReadOnlySpan<byte> payload) =>
        new(ReplicaMessageKind.Append, Partition, LeaderEpoch: 3, Session: number)
        {
            LastEpoch = -1,
            StartOffset = payload.Length,
            EndOffset = Crc32C.Compute(payload),
            FlushedOffset = long.MaxValue,
            HighWatermark = long.MinValue,
            LogStartOffset = 5,
        };

    public static void AssertIntact(in ReplicaMessage message, ReadOnlySpan<byte> payload)
    {
        Assert.Equal(message.Kind is ReplicaMessageKind.Append ? Append(message.Session, payload) : Acknowledge(message.Session), message);
    }

    /// <summary>Sends as much as it is let, waiting for room where there is none: it fails if room is never told.</summary>
    public static async Task SendAsync(TestReceiver receiver, IReplicaLink link, IPayloadSource source, int maxBytes)
    {
        while (!link.TrySend(source, maxBytes))
        {
            link.Flush();
            Assert.True(await receiver.Writable.WaitAsync(TestPatience.Value), "room was never told");
        }
    }

    /// <summary>A payload of given bytes.</summary>
    internal sealed class Source(long number, ReadOnlyMemory<byte> payload) : IPayloadSource
    {
        public int Calls { get; private set; }

        public int Write(Span<byte> destination, out ReplicaMessage message)
        {
            Calls++;
            payload.Span.CopyTo(destination);
            message = Append(number, payload.Span);
            return payload.Length;
        }
    }
}
