using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using LogStore.Broker.Tests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Produce;
using LogStore.KafkaProtocol.Topics;
using LogStore.KafkaProtocol.Wire;
using LogStore.Records;
using Xunit;

namespace LogStore.Clients.Tests;

/// <summary>What clients that mean harm cost a broker in memory: docs/BROKER.md states the bound.</summary>
public sealed class HostileClientTests
{
    private const long Megabyte = 1 << 20;
    private const long RequestBytes = 32 * Megabyte;
    private const long QueuedBytes = 64 * Megabyte;
    private const int Connections = 2500;

    /// <summary>
    /// The runtime; requests up to their bound and the one beyond it, in arrays of which the pool and the collector may hold
    /// twice as many again; and 32 KiB a connection.
    /// </summary>
    private const long Bound = (150 * Megabyte) + (3 * (QueuedBytes + RequestBytes)) + (Connections * 32 * 1024);

    [Fact]
    public async Task MemoryStaysWithinItsBoundAndOthersAreServed()
    {
        using TemporaryDirectory directory = new();
        await using BrokerProcess broker = await BrokerProcess.StartAsync(
            directory.Path, 0, $"socket.request.max.bytes={RequestBytes}", $"queued.max.request.bytes={QueuedBytes}",
            "connection.stall.ms=2000");
        await using ProtocolClient client = await broker.ConnectAsync();
        await CreateTopicAsync(client, "healthy");
        await CreateTopicAsync(client, "large");
        byte[] large = Batch(new string('x', 8_000_000)).ToArray();
        await ProduceAsync(client, "large", large);

        using CancellationTokenSource enough = new();
        List<Task> hostile = [];
        for (int count = 0; count < Connections - 300; count++) hostile.Add(StayIdleAsync(broker.Port, enough.Token));
        for (int count = 0; count < 200; count++) hostile.Add(ClaimAsync(broker.Port, 60_000, enough.Token));
        for (int count = 0; count < 40; count++) hostile.Add(ClaimAsync(broker.Port, (int)RequestBytes - 1, enough.Token));
        for (int count = 0; count < 40; count++) hostile.Add(NeverReadAsync(broker.Port, enough.Token));
        long started = Stopwatch.GetTimestamp();
        TimeSpan slowest = TimeSpan.Zero;
        for (int round = 0; Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(8); round++)
        {
            long begun = Stopwatch.GetTimestamp();
            ReadOnlyMemory<byte> batch = Batch($"round {round}");
            Assert.Equal(round, await ProduceAsync(client, "healthy", batch));
            FetchResponse response = await client.SendAsync(Fetch("healthy", round), version: 11);
            Assert.Equal(batch.Length, response.Topics[0].Partitions[0].Records.Length);
            if (Stopwatch.GetElapsedTime(begun) is var time && time > slowest) slowest = time;
        }

        long peak = broker.PeakMemory;
        await enough.CancelAsync();
        await Task.WhenAll(hostile);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"The peak was {peak / Megabyte} MB of {Bound / Megabyte}; the slowest round took {slowest.TotalSeconds:F1} s.");
        Assert.InRange(peak, 0, Bound);
        // It lives, and stops in good order.
        Assert.NotEqual(0, await ProduceAsync(client, "healthy", Batch("last")));
        await broker.StopAsync();
    }

    /// <summary>Announces as large a request as there may be, sends so much of it, and stays.</summary>
    private static Task ClaimAsync(int port, int bytes, CancellationToken cancellationToken) => AgainAndAgainAsync(
        port,
        async socket =>
        {
            byte[] frame = new byte[bytes];
            BinaryPrimitives.WriteInt32BigEndian(frame, (int)RequestBytes);
            for (ReadOnlyMemory<byte> rest = frame; rest.Length > 0;)
                rest = rest[await socket.SendAsync(rest[..Math.Min(rest.Length, 1 << 20)], cancellationToken)..];
            await socket.ReceiveAsync(new byte[1], cancellationToken);
        },
        cancellationToken);

    /// <summary>Asks for megabytes and takes none of them.</summary>
    private static Task NeverReadAsync(int port, CancellationToken cancellationToken) => AgainAndAgainAsync(
        port,
        async socket =>
        {
            using FrameBuffer buffer = new();
            for (int number = 0; number < 20; number++)
                KafkaProtocol.Requests.Write(buffer, Fetch("large", 0), version: 11, number, "lazy");
            await socket.SendAsync(buffer.ToArray(), cancellationToken);
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken); // For nothing.
        },
        cancellationToken);

    private static Task StayIdleAsync(int port, CancellationToken cancellationToken) => AgainAndAgainAsync(
        port, async socket => await socket.ReceiveAsync(new byte[1], cancellationToken), cancellationToken);

    /// <summary>Comes back whenever the broker has closed, until it is enough.</summary>
    private static async Task AgainAndAgainAsync(int port, Func<Socket, Task> misbehave, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync("127.0.0.1", port, cancellationToken);
                await misbehave(socket);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // Closed by the broker, or enough.
            }
        }
    }

    private static async Task CreateTopicAsync(ProtocolClient client, string name)
    {
        CreateTopicsResponse response = await client.SendAsync(
            new CreateTopicsRequest
            {
                Topics =
                [
                    new()
                    {
                        Name = name,
                        NumPartitions = 1,
                        ReplicationFactor = 1,
                        Assignments = [],
                        Configs = [new() { Name = "max.message.bytes", Value = "10000000" }],
                    },
                ],
            },
            version: 4);
        Assert.Equal(ErrorCode.None, response.Topics[0].ErrorCode);
    }

    private static async Task<long> ProduceAsync(ProtocolClient client, string topic, ReadOnlyMemory<byte> batch)
    {
        ProduceResponse response = await client.SendAsync(
            new ProduceRequest
            {
                Acks = -1,
                Topics = [new() { Name = topic, Partitions = [new() { Records = RecordPayload.FromBytes(batch) }] }],
            },
            version: 8);
        Assert.Equal(ErrorCode.None, response.Topics[0].Partitions[0].ErrorCode);
        return response.Topics[0].Partitions[0].BaseOffset;
    }

    private static FetchRequest Fetch(string topic, long offset) => new()
    {
        Topics = [new() { Name = topic, Partitions = [new() { FetchOffset = offset, MaxBytes = 1 << 20 }] }],
    };

    private static ReadOnlyMemory<byte> Batch(string value)
    {
        using RecordBatchBuilder builder = new(new RecordBatchBuilderOptions { MaxBytes = 10_000_000 });
        builder.TryAppend(0, NullableBytes.Null, Encoding.UTF8.GetBytes(value));
        return builder.Build().Copy().Bytes;
    }
}
