using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Wire;
using Xunit;

namespace LogStore.KafkaProtocol.Tests.Wire;

public sealed class FrameBufferTest
{
    [Fact]
    public void ExternalRecordsAreLeftToTheSenderAndCounted()
    {
        using var buffer = new FrameBuffer();
        object file = new();
        Responses.Write(buffer, Response(RecordPayload.FromExternal(file, 1_000_000), Bytes(3)), 11, correlationId: 7);

        FrameSegment[] segments = Segments(buffer);

        Assert.Equal(3, segments.Length);
        Assert.Equal((file, 1_000_000, 0), (segments[1].Source, segments[1].Length, segments[1].Bytes.Length));
        Assert.True(buffer.HasExternalBytes);
        Assert.True(Frames.TryReadSize(segments[0].Bytes.Span, int.MaxValue, out int size));
        Assert.Equal(size + Frames.PrefixSize, segments.Sum(segment => segment.Length));
        Assert.Equal(buffer.Length, segments.Sum(segment => segment.Length));
        Assert.Throws<InvalidOperationException>(buffer.ToArray);

        // What the sender puts in makes it the same frame as one written from memory.
        byte[] sent = [.. segments[0].Bytes.Span, .. new byte[1_000_000], .. segments[2].Bytes.Span];
        using var copied = new FrameBuffer();
        Responses.Write(copied, Response(Bytes(1_000_000), Bytes(3)), 11, correlationId: 7);
        Assert.Equal(copied.ToArray(), sent);
    }

    [Fact]
    public void RecordsOfSomeSizeAreReferredToAndSmallOnesCopied()
    {
        using var buffer = new FrameBuffer();
        byte[] large = new byte[FrameBuffer.SpliceFrom];
        FetchResponse response = Response(RecordPayload.FromBytes(large), Bytes(large.Length - 1));
        Responses.Write(buffer, response, 4, correlationId: 1);

        FrameSegment[] segments = Segments(buffer);

        Assert.Equal(3, segments.Length);
        Assert.True(segments[1].Bytes.Span == large);
        Assert.False(buffer.HasExternalBytes);
    }

    [Fact]
    public void RecordsSideBySideAndAtTheEndComeOutInOrder()
    {
        using var buffer = new FrameBuffer();
        object first = new(), second = new();
        var writer = new WireWriter(buffer, flexible: true);
        RecordPayload one = RecordPayload.FromExternal(first, 5), none = RecordPayload.FromExternal(second, 0);
        writer.Records(ref one);
        writer.Records(ref none);
        writer.Records(ref one);

        Assert.Equal([null, first, null, first], Segments(buffer).Select(segment => segment.Source));
        Assert.Equal([1, 5, 2, 5], Segments(buffer).Select(segment => segment.Length));
    }

    [Fact]
    public void NullAndEmptyRecordsAreToldApart()
    {
        using var buffer = new FrameBuffer();
        Responses.Write(buffer, Response(RecordPayload.Null, default(ReadOnlyMemory<byte>)), 11, correlationId: 1);

        FetchResponse read = Responses.Read<FetchResponse>(buffer.ToArray().AsMemory(Frames.PrefixSize), 11);

        FetchResponse.Partition[] partitions = read.Topics[0].Partitions;
        Assert.Equal((true, -1), (partitions[0].Records.IsNull, partitions[0].Records.Length));
        Assert.Equal((false, 0), (partitions[1].Records.IsNull, partitions[1].Records.Length));
        Assert.False(default(RecordPayload).IsNull);
    }

    [Fact]
    public void FramesFollowOneAnother()
    {
        using var buffer = new FrameBuffer();
        for (int i = 0; i < 100; i++)
            Responses.Write(buffer, Response(Bytes(50 * i), Bytes(i)), 11, correlationId: i);

        ReadOnlyMemory<byte> rest = buffer.ToArray();
        for (int i = 0; i < 100; i++)
        {
            Assert.True(Frames.TryReadSize(rest.Span, int.MaxValue, out int size));
            ReadOnlyMemory<byte> frame = rest.Slice(Frames.PrefixSize, size);
            Assert.Equal(i, Responses.ReadCorrelationId(frame.Span));
            Assert.Equal(50 * i, Responses.Read<FetchResponse>(frame, 11).Topics[0].Partitions[0].Records.Length);
            rest = rest[(Frames.PrefixSize + size)..];
        }

        Assert.True(rest.IsEmpty);
    }

    [Fact]
    public void AMessageThatCannotBeWrittenLeavesTheFramesBeforeIt()
    {
        using var buffer = new FrameBuffer();
        Responses.Write(buffer, Response(default, default), 11, correlationId: 1);
        byte[] before = buffer.ToArray();
        FetchResponse tooLong = Response(RecordPayload.FromExternal(new object(), 5000), default);
        tooLong.Topics = [tooLong.Topics[0], new() { Name = new string('x', WireLimits.MaxStringBytes + 1) }];

        Assert.Throws<ArgumentException>(() => Responses.Write(buffer, tooLong, 11, correlationId: 2));

        Assert.Equal(before, buffer.ToArray());
        Assert.False(buffer.HasExternalBytes);
    }

    [Fact]
    public void AFrameThatExceedsTheProtocolIsRefused()
    {
        using var buffer = new FrameBuffer();
        RecordPayload half = RecordPayload.FromExternal(new object(), int.MaxValue);

        Assert.Throws<ArgumentException>(() => Responses.Write(buffer, Response(half, half), 11, correlationId: 2));
        Assert.Equal(0, buffer.Length);
    }

    [Fact]
    public void AClearedOrDisposedBufferCanBeUsedAgain()
    {
        var buffer = new FrameBuffer();
        for (int i = 0; i < 4; i++)
        {
            Responses.Write(buffer, Response(RecordPayload.FromExternal(new object(), 9), default), 11, 1);
            Assert.Equal(3, Segments(buffer).Length);
            if (i % 2 == 0) buffer.Clear();
            else buffer.Dispose();
            Assert.Equal((0, 0), (buffer.Length, Segments(buffer).Length));
        }
    }

    private static FetchResponse Response(RecordPayload first, RecordPayload second) => new()
    {
        Topics =
        [
            new()
            {
                Name = "orders",
                Partitions = [new() { Records = first }, new() { PartitionIndex = 1, Records = second }],
            },
        ],
    };

    private static RecordPayload Bytes(int length) => RecordPayload.FromBytes(new byte[length]);

    private static FrameSegment[] Segments(FrameBuffer buffer)
    {
        var segments = new List<FrameSegment>();
        foreach (FrameSegment segment in buffer) segments.Add(segment);
        return [.. segments];
    }
}
