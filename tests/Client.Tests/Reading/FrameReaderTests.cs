using System.Buffers.Binary;
using LogStore.Client.Connections;
using Xunit;

namespace LogStore.Client.Tests.Reading;

/// <summary>What a broker can make its clients allocate.</summary>
public sealed class FrameReaderTests
{
    private const int Megabyte = 1 << 20;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ASizeIsBelievedOnlyAsFarAsBytesCome(bool pooled)
    {
        TrickleStream stream = new(Frame(size: 1 << 30, sent: 3 * Megabyte));
        FrameReader reader = new(stream);
        Assert.Equal((1 << 30, 7), await reader.ReadStartAsync(TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<EndOfStreamException>(
            () => reader.ReadBodyAsync(1 << 30, pooled, TestContext.Current.CancellationToken).AsTask());
        Assert.InRange(stream.LargestRoom, 1, 4 * Megabyte);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(Megabyte, true)]
    [InlineData((5 * Megabyte) + 3, true)]
    [InlineData((5 * Megabyte) + 3, false)]
    public async Task FramesOfAllSizesComeWhole(int size, bool pooled)
    {
        byte[] frame = Frame(size, size);
        FrameReader reader = new(new TrickleStream([.. frame, .. frame]));
        for (int count = 0; count < 2; count++)
        {
            Assert.Equal((size, 7), await reader.ReadStartAsync(TestContext.Current.CancellationToken));
            byte[] read = await reader.ReadBodyAsync(size, pooled, TestContext.Current.CancellationToken);
            Assert.True(read.AsSpan(0, size).SequenceEqual(frame.AsSpan(sizeof(int))));
        }

        Assert.Null(await reader.ReadStartAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>A frame with the number 7 that says one size and has another.</summary>
    private static byte[] Frame(int size, int sent)
    {
        byte[] frame = new byte[sizeof(int) + sent];
        new Random(sent).NextBytes(frame);
        BinaryPrimitives.WriteInt32BigEndian(frame, size);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(sizeof(int)), 7);
        return frame;
    }

    /// <summary>Gives its bytes a few at a time, and notes how many it was asked for.</summary>
    private sealed class TrickleStream(byte[] bytes) : MemoryStream(bytes)
    {
        public int LargestRoom { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            LargestRoom = Math.Max(LargestRoom, buffer.Length);
            return ValueTask.FromResult(Read(buffer.Span[..Math.Min(buffer.Length, 100_000)]));
        }
    }
}
