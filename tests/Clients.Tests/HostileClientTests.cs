using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using LogStore.Broker.Tests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Groups;
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
    private const int Connections = 3000;
    private const int Topics = 100;

    /// <summary>
    /// The runtime; requests up to their bound and the one beyond it, and answers up to theirs, in arrays of which the pool and
    /// the collector may hold twice as many again; 64 KiB a connection; the members of groups; and fetch sessions.
    /// </summary>
    private const long Bound = (150 * Megabyte) + (3 * (QueuedBytes + (QueuedBytes / 4) + RequestBytes)) +
        (Connections * 64 * 1024) + (128 * Megabyte) + (40 * Megabyte);

    /// <summary>How many sessions and groups have been left behind, or tried: each kind has to have done its worst.</summary>
    private const int Enough = 60;

    private int _sessions;
    private int _groups;

    [Fact]
    public async Task MemoryStaysWithinItsBoundAndOthersAreServed()
    {
        using TemporaryDirectory directory = new();
        await using BrokerProcess broker = await BrokerProcess.StartAsync(
            directory.Path, 0, $"socket.request.max.bytes={RequestBytes}", $"queued.max.request.bytes={QueuedBytes}",
            "connection.stall.ms=2000");
        await using ProtocolClient client = await broker.ConnectAsync();
        await CreateTopicsAsync(client, ["healthy", "large", .. Enumerable.Range(0, Topics).Select(number => $"topic-{number}")]);
        await client.SendAsync(new FindCoordinatorRequest { Key = "group" }, version: 2);
        byte[] large = Batch(new string('x', 8_000_000)).ToArray();
        await ProduceAsync(client, "large", large);

        byte[] fetches = Fetches();
        byte[] descriptions = Descriptions();
        using CancellationTokenSource enough = new();
        List<Task> hostile = [];
        for (int count = 0; count < Connections - 800; count++) hostile.Add(StayIdleAsync(broker.Port, enough.Token));
        for (int count = 0; count < 200; count++) hostile.Add(ClaimAsync(broker.Port, 60_000, enough.Token));
        for (int count = 0; count < 40; count++) hostile.Add(ClaimAsync(broker.Port, (int)RequestBytes - 1, enough.Token));
        for (int count = 0; count < 40; count++) hostile.Add(NeverReadAsync(broker.Port, fetches, enough.Token));
        for (int count = 0; count < 300; count++) hostile.Add(NeverReadAsync(broker.Port, descriptions, enough.Token));
        foreach ((byte[] session, int clients) in new[] { (Session(2000), 20), (Session(40_000), 8), (Session(900_000), 4) })
        {
            for (int count = 0; count < clients; count++) hostile.Add(ForsakeSessionsAsync(broker.Port, session, enough.Token));
        }

        for (int count = 0; count < 20; count++) hostile.Add(ForsakeGroupsAsync(broker.Port, 1_000_000, enough.Token));
        for (int count = 0; count < 4; count++) hostile.Add(ForsakeGroupsAsync(broker.Port, 28_000_000, enough.Token));
        long started = Stopwatch.GetTimestamp();
        TimeSpan slowest = TimeSpan.Zero;
        for (int round = 0; !IsEnough(started); round++)
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

    private bool IsEnough(long started) => Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(8) &&
        Volatile.Read(ref _sessions) >= Enough && Volatile.Read(ref _groups) >= Enough;

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
    private static Task NeverReadAsync(int port, byte[] requests, CancellationToken cancellationToken) => AgainAndAgainAsync(
        port,
        async socket =>
        {
            while (true) await socket.SendAsync(requests, cancellationToken); // Until it is thrown out.
        },
        cancellationToken);

    /// <summary>Opens fetch sessions, and leaves them.</summary>
    private Task ForsakeSessionsAsync(int port, byte[] request, CancellationToken cancellationToken) => AgainAndAgainAsync(
        port,
        async socket =>
        {
            Interlocked.Increment(ref _sessions);
            for (ReadOnlyMemory<byte> rest = request; rest.Length > 0;)
                rest = rest[await socket.SendAsync(rest, cancellationToken)..];
            await socket.ReceiveAsync(new byte[1], cancellationToken);
        },
        cancellationToken);

    /// <summary>Joins groups of its own with very much to say, and never comes back.</summary>
    private async Task ForsakeGroupsAsync(int port, int bytes, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using ProtocolClient client = await ProtocolClient.ConnectAsync(port);
                JoinGroupRequest request = new()
                {
                    GroupId = Guid.NewGuid().ToString(),
                    SessionTimeoutMs = 1_800_000,
                    RebalanceTimeoutMs = 1_800_000,
                    ProtocolType = "consumer",
                    Protocols = [new() { Name = "range", Metadata = new byte[bytes] }],
                };
                JoinGroupResponse response = await client.SendAsync(request, version: 5).WaitAsync(cancellationToken);
                request.MemberId = response.MemberId;
                if (response.ErrorCode == ErrorCode.MemberIdRequired)
                    await client.SendAsync(request, version: 5).WaitAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // Closed by the broker, or enough.
            }

            Interlocked.Increment(ref _groups);
        }
    }

    private static byte[] Fetches()
    {
        using FrameBuffer buffer = new();
        for (int number = 0; number < 20; number++)
            KafkaProtocol.Requests.Write(buffer, Fetch("large", 0), version: 11, number, "lazy");
        return buffer.ToArray();
    }

    /// <summary>A fetch that opens a session of many partitions that do not exist.</summary>
    private static byte[] Session(int partitions)
    {
        using FrameBuffer buffer = new();
        FetchRequest request = new()
        {
            SessionEpoch = 0,
            Topics =
            [
                new()
                {
                    Name = "healthy",
                    Partitions =
                    [
                        .. Enumerable.Range(1, partitions).Select(index => new FetchRequest.Partition { PartitionIndex = index }),
                    ],
                },
            ],
        };
        KafkaProtocol.Requests.Write(buffer, request, version: 7, 1, "forsaking");
        return buffer.ToArray();
    }

    /// <summary>Small requests whose answers are large.</summary>
    private static byte[] Descriptions()
    {
        using FrameBuffer buffer = new();
        DescribeConfigsRequest request = new()
        {
            Resources =
            [
                .. Enumerable.Range(0, Topics).Select(topic => new DescribeConfigsRequest.Resource
                {
                    ResourceType = ConfigResourceType.Topic,
                    ResourceName = $"topic-{topic}",
                }),
            ],
        };
        for (int number = 0; number < 100; number++) KafkaProtocol.Requests.Write(buffer, request, version: 2, number, "lazy");
        return buffer.ToArray();
    }

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

    private static async Task CreateTopicsAsync(ProtocolClient client, string[] names)
    {
        CreateTopicsResponse response = await client.SendAsync(
            new CreateTopicsRequest
            {
                Topics = Array.ConvertAll(names, name => new CreateTopicsRequest.Topic
                {
                    Name = name,
                    NumPartitions = 1,
                    ReplicationFactor = 1,
                    Assignments = [],
                    Configs = [new() { Name = "max.message.bytes", Value = "10000000" }],
                }),
            },
            version: 4);
        Assert.All(response.Topics, topic => Assert.Equal(ErrorCode.None, topic.ErrorCode));
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
