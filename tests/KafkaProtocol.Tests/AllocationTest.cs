using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Produce;
using LogStore.KafkaProtocol.Wire;
using Xunit;

namespace LogStore.KafkaProtocol.Tests;

/// <summary>What the way of a batch through the broker allocates, with one topic and one partition.</summary>
public sealed class AllocationTest
{
    private const int Repetitions = 1000;

    private readonly ReadOnlyMemory<byte> _records = new byte[10_000];

    [Fact]
    public void ReadingAProduceRequestAllocatesFourSmallObjects()
    {
        byte[] frame = Frame(buffer => Requests.Write(buffer, ProduceRequest(), 7, 1, "client"));
        RequestHeader header = default;

        // The request 48, its topics 40, the name 40, the partitions 72.
        AssertAllocates(200, () =>
        {
            Requests.ReadHeader(frame, ref header, out ReadOnlyMemory<byte> body);
            return Requests.ReadBody<ProduceRequest>(body, header.ApiVersion);
        });
    }

    [Fact]
    public void ReadRecordsAreASliceOfTheFrame()
    {
        byte[] frame = Frame(buffer => Requests.Write(buffer, ProduceRequest(), 7, 1, "client"));
        RequestHeader header = default;
        Requests.ReadHeader(frame, ref header, out ReadOnlyMemory<byte> body);

        RecordPayload records = Requests.ReadBody<ProduceRequest>(body, 7).Topics[0].Partitions[0].Records;

        Assert.True(records.Bytes.Span == frame.AsSpan(frame.Length - 10_000));
    }

    [Fact]
    public void ReadingAFetchRequestAllocatesFourSmallObjects()
    {
        byte[] frame = Frame(buffer => Requests.Write(buffer, FetchRequest(), 11, 1, "client"));
        RequestHeader header = default;

        AssertAllocates(272, () =>
        {
            Requests.ReadHeader(frame, ref header, out ReadOnlyMemory<byte> body);
            return Requests.ReadBody<FetchRequest>(body, header.ApiVersion);
        });
    }

    [Fact]
    public void WritingAllocatesNothing()
    {
        using var buffer = new FrameBuffer();
        ProduceRequest produce = ProduceRequest();
        FetchRequest fetch = FetchRequest();
        var produced = new ProduceResponse
        {
            Topics = [new() { Name = "orders", Partitions = [new() { BaseOffset = 7, LogAppendTimeMs = -1 }] }],
        };
        var fetched = new FetchResponse
        {
            Topics = [new() { Name = "orders", Partitions = [new() { Records = RecordPayload.FromBytes(_records) }] }],
        };

        AssertAllocates(0, () =>
        {
            buffer.Clear();
            Requests.Write(buffer, produce, 7, 1, "client");
            Requests.Write(buffer, fetch, 11, 1, "client");
            Responses.Write(buffer, produced, 8, 1);
            Responses.Write(buffer, fetched, 11, 1);
            foreach (FrameSegment segment in buffer) Assert.True(segment.Length > 0);
            return buffer;
        });
    }

    private static byte[] Frame(Action<FrameBuffer> write)
    {
        using var buffer = new FrameBuffer();
        write(buffer);
        return buffer.ToArray()[Frames.PrefixSize..];
    }

    private static FetchRequest FetchRequest() => new()
    {
        MaxWaitMs = 500,
        Topics = [new() { Name = "orders", Partitions = [new() { FetchOffset = 7, MaxBytes = 1 << 20 }] }],
    };

    private static void AssertAllocates<T>(long mostBytes, Func<T> action)
    {
        for (int i = 0; i < 100; i++) action();
        long each = Allocations.OnThisThread(() =>
        {
            for (int i = 0; i < Repetitions; i++) action();
        }) / Repetitions;
        TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes are allocated each time.");
        Assert.InRange(each, 0, mostBytes);
    }

    private ProduceRequest ProduceRequest() => new()
    {
        Acks = -1,
        Topics = [new() { Name = "orders", Partitions = [new() { Records = RecordPayload.FromBytes(_records) }] }],
    };
}
