using LogStore.Replicator.Transport.Links;
using Xunit;

namespace LogStore.Replicator.Tests.Transport.Links;

public sealed class SendRingTests
{
    [Fact]
    public void WhatGoesInComesOutInOrderThroughManyWraps()
    {
        Random random = SeededRandom.Create();
        SendRing ring = new(1000);
        Queue<byte> expected = [];
        byte next = 0;
        for (int step = 0; step < 100_000; step++)
        {
            if (random.Next(2) == 0)
            {
                int room = random.Next(1, random.Next(2) == 0 ? 30 : 600);
                int leftOver = random.Next(3) * 50;
                if (!ring.HasRoom(room, leftOver))
                {
                    Assert.False(ring.IsEmpty && room <= 1000 - leftOver, "an empty ring takes all that it can hold");
                    continue;
                }

                int length = random.Next(1, room + 1);
                Span<byte> bytes = ring.Room(room)[..length];
                for (int i = 0; i < length; i++) expected.Enqueue(bytes[i] = next++);
                ring.Add(length, room);
            }
            else if (!ring.Pending.IsEmpty)
            {
                ReadOnlySpan<byte> pending = ring.Pending.Span;
                int sent = random.Next(3) == 0 ? pending.Length : random.Next(1, pending.Length + 1);
                foreach (byte each in pending[..sent]) Assert.Equal(expected.Dequeue(), each);
                ring.Remove(sent);
            }

            Assert.Equal(expected.Count == 0, ring.IsEmpty);
            Assert.Equal(expected.Count == 0, ring.Pending.IsEmpty);
        }
    }
}
