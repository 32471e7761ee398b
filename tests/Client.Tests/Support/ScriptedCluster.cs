using System.Collections.Concurrent;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Groups;
using LogStore.KafkaProtocol.Produce;
using LogStore.KafkaProtocol.Transactions;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.Client.Tests.Support;

/// <summary>
/// Brokers that answer as a test says, over connections within the process. Node N listens on port N of host
/// "scripted".
/// </summary>
internal sealed class ScriptedCluster(int nodes, string topic, int partitions)
{
    private readonly ConcurrentDictionary<ApiKey, Func<ScriptedRequest, Task<IWireMessage?>>> _scripts = new();
    private readonly ConcurrentDictionary<int, int> _leaders = new();
    private long _nextProducerId = 1000;
    private int _epoch = 1;

    /// <summary>What all connections go through on the broker's side; TLS, for instance.</summary>
    public Func<Stream, Task<Stream>> Wrap { get; set; } = Task.FromResult;

    public ProducerOptions ProducerOptions => new()
    {
        BootstrapServers = "scripted:1",
        Connect = ConnectAsync,
        Linger = TimeSpan.Zero,
        RetryBackoff = TimeSpan.FromMilliseconds(1),
        RetryBackoffMax = TimeSpan.FromMilliseconds(5),
        ReconnectBackoff = TimeSpan.FromMilliseconds(1),
        ReconnectBackoffMax = TimeSpan.FromMilliseconds(5),
    };

    public ConsumerOptions ConsumerOptions => new()
    {
        BootstrapServers = "scripted:1",
        Connect = ConnectAsync,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        RetryBackoff = TimeSpan.FromMilliseconds(1),
        RetryBackoffMax = TimeSpan.FromMilliseconds(5),
        FetchMaxWait = TimeSpan.FromMilliseconds(10),
    };

    /// <summary>How many producer ids were given out.</summary>
    public long ProducerIds => Interlocked.Read(ref _nextProducerId) - 1000;

    public void SetLeader(int partition, int node)
    {
        _leaders[partition] = node;
        Interlocked.Increment(ref _epoch);
    }

    /// <summary>The leader epoch of all partitions: it begins at 1, and rises with each new leader.</summary>
    public int Epoch => Volatile.Read(ref _epoch);

    public int LeaderOf(int partition) => _leaders.GetValueOrDefault(partition, 1);

    /// <summary>Answers an API; null ends the connection.</summary>
    public void On<TRequest>(Func<int, TRequest, Task<IWireMessage?>> script) where TRequest : IRequest, new() =>
        _scripts[TRequest.Api] = request => script(
            request.Node, Requests.ReadBody<TRequest>(request.Body, request.Header.ApiVersion));

    /// <summary>As the other, for a script that waits for nothing.</summary>
    public void On<TRequest>(Func<int, TRequest, IWireMessage?> script) where TRequest : IRequest, new() =>
        On<TRequest>((node, request) => Task.FromResult(script(node, request)));

    public async ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        (Stream client, Stream broker) = DuplexStream.CreatePair();
        _ = Task.Run(() => ServeAsync(port, broker), CancellationToken.None);
        await Task.CompletedTask;
        return client;
    }

    private async Task ServeAsync(int node, Stream transport)
    {
        try
        {
            await using Stream stream = await Wrap(transport);
            byte[] prefix = new byte[Frames.PrefixSize];
            while (await stream.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false) == prefix.Length)
            {
                Frames.TryReadSize(prefix, Frames.DefaultMaxFrameBytes, out int size);
                byte[] frame = new byte[size];
                await stream.ReadExactlyAsync(frame);
                if (!await AnswerAsync(node, frame, stream)) return;
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
        {
            // The client has gone.
        }
        finally
        {
            await transport.DisposeAsync();
        }
    }

    private async Task<bool> AnswerAsync(int node, byte[] frame, Stream stream)
    {
        RequestHeader header = default;
        RequestStatus status = Requests.ReadHeader(frame, ref header, out ReadOnlyMemory<byte> body);
        if (status != RequestStatus.Supported) return false;
        var request = new ScriptedRequest(node, header, body);
        IWireMessage? response =
            _scripts.TryGetValue(header.Api, out Func<ScriptedRequest, Task<IWireMessage?>>? script)
            ? await script(request) : Default(header.Api);
        if (response is null) return false;
        if (response is NoAnswer) return true;
        using var buffer = new FrameBuffer();
        Write(buffer, response, header);
        await stream.WriteAsync(buffer.ToArray());
        await stream.FlushAsync();
        return true;
    }

    private IWireMessage? Default(ApiKey api) => api switch
    {
        ApiKey.ApiVersions => ApiVersionsResponse.Advertise(Apis.All),
        ApiKey.Metadata => Metadata(),
        ApiKey.InitProducerId => new InitProducerIdResponse
        {
            ProducerId = Interlocked.Increment(ref _nextProducerId),
            ProducerEpoch = 0,
        },
        _ => null,
    };

    private MetadataResponse Metadata() => new()
    {
        ControllerId = 1,
        Brokers =
        [
            .. Enumerable.Range(1, nodes)
                .Select(id => new MetadataResponse.Broker { NodeId = id, Host = "scripted", Port = id }),
        ],
        Topics =
        [
            new()
            {
                Name = topic,
                Partitions =
                [
                    .. Enumerable.Range(0, partitions).Select(index => new MetadataResponse.Partition
                    {
                        PartitionIndex = index,
                        LeaderId = LeaderOf(index),
                        LeaderEpoch = Epoch,
                    }),
                ],
            },
        ],
    };

    private static void Write(FrameBuffer buffer, IWireMessage response, in RequestHeader header)
    {
        (short version, int correlationId) = (header.ApiVersion, header.CorrelationId);
        switch (response)
        {
            case ApiVersionsResponse each: Put(each); break;
            case MetadataResponse each: Put(each); break;
            case InitProducerIdResponse each: Put(each); break;
            case ProduceResponse each: Put(each); break;
            case FetchResponse each: Put(each); break;
            case ListOffsetsResponse each: Put(each); break;
            case OffsetForLeaderEpochResponse each: Put(each); break;
            case FindCoordinatorResponse each: Put(each); break;
            case JoinGroupResponse each: Put(each); break;
            case LeaveGroupResponse each: Put(each); break;
            case KafkaProtocol.Security.SaslHandshakeResponse each: Put(each); break;
            case KafkaProtocol.Security.SaslAuthenticateResponse each: Put(each); break;
            default: throw new NotSupportedException($"Add {response.GetType().Name} here.");
        }

        void Put<TResponse>(TResponse body) where TResponse : IResponse =>
            Responses.Write(buffer, body, version, correlationId);
    }
}

/// <summary>A request as it came.</summary>
internal sealed record ScriptedRequest(int Node, RequestHeader Header, ReadOnlyMemory<byte> Body);

/// <summary>Leaves the client waiting.</summary>
internal sealed class NoAnswer : IWireMessage
{
    public void Visit<TCodec>(ref TCodec codec, short version)
        where TCodec : struct, IWireCodec, allows ref struct => throw new NotSupportedException();
}
