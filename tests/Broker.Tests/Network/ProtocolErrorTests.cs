using System.Buffers.Binary;
using System.Net.Sockets;
using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Wire;
using Xunit;

namespace LogStore.Broker.Tests.Network;

/// <summary>What is no request that is spoken here ends its connection, and nothing else.</summary>
public sealed class ProtocolErrorTests : IAsyncLifetime
{
    private TestBroker _broker = null!;
    private ProtocolClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(options => options with { MaxRequestBytes = 10_000 });
        _client = await _broker.ConnectAsync();
        await _client.CreateTopicAsync("t");
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(99)]
    [InlineData(-1)]
    public async Task VersionsAreToldToAClientFromTheFutureWhichThenGoesOn(short version)
    {
        await WriteAsync(ApiKey.ApiVersions, version, correlationId: 77, [0xFF, 0xFF, 0xFF]);
        byte[] frame = await _client.ReadFrameAsync() ?? throw new EndOfStreamException();
        Assert.Equal(77, Responses.ReadCorrelationId(frame));
        ApiVersionsResponse response = Responses.Read<ApiVersionsResponse>(frame, version: 0);
        Assert.Equal(ErrorCode.UnsupportedVersion, response.ErrorCode);
        Assert.Equal((ApiKey.ApiVersions, 0, 3), Row(Assert.Single(response.ApiKeys)));
        Assert.Equal(ErrorCode.None, (await _client.SendAsync(new ApiVersionsRequest(), version: 3)).ErrorCode);
    }

    [Fact]
    public async Task EveryVersionThatIsAdvertisedIsOneThatTheProtocolHas()
    {
        ApiVersionsResponse response = await _client.SendAsync(new ApiVersionsRequest(), version: 2);
        Assert.All(response.ApiKeys, row =>
        {
            Assert.True(Apis.TryGet(row.ApiKey, out ApiDescription api));
            Assert.Equal((api.Key, api.MinVersion, api.MaxVersion), Row(row));
        });
    }

    [Theory]
    [InlineData(ApiKey.Produce, 9)]
    [InlineData(ApiKey.Fetch, 12)]
    [InlineData(ApiKey.Metadata, -1)]
    [InlineData(ApiKey.Metadata, short.MaxValue)]
    [InlineData((ApiKey)4, 0)]
    [InlineData((ApiKey)999, 0)]
    [InlineData((ApiKey)(-1), 0)]
    public async Task AnApiOrAVersionThatIsNotSpokenClosesTheConnection(ApiKey api, short version)
    {
        await WriteAsync(api, version, correlationId: 1, new byte[64]);
        await _client.AssertClosedAsync();
        await AssertServesOthersAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(10_001)]
    [InlineData(100 << 20)]
    [InlineData(int.MaxValue)]
    [InlineData(0x47455420)] // "GET ", as a browser begins
    public async Task ASizeThatNoRequestHasClosesTheConnection(int size)
    {
        byte[] prefix = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(prefix, size);
        await _client.Stream.WriteAsync(prefix);
        await _client.AssertClosedAsync();
        await AssertServesOthersAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(9)]
    public async Task AFrameThatEndsInItsHeaderClosesTheConnection(int size)
    {
        byte[] frame = new byte[4 + size];
        BinaryPrimitives.WriteInt32BigEndian(frame, size);
        await _client.Stream.WriteAsync(frame);
        await _client.AssertClosedAsync();
        await AssertServesOthersAsync();
    }

    [Fact]
    public async Task ABodyThatIsNoSuchRequestClosesTheConnectionBehindTheAnswersBeforeIt()
    {
        int number = await _client.WriteAsync(new ApiVersionsRequest(), version: 0);
        await WriteAsync(ApiKey.Metadata, version: 1, correlationId: 2, [0x7F, 0xFF, 0xFF, 0xFF]);
        await _client.ReadAsync<ApiVersionsResponse>(0, number);
        await _client.AssertClosedAsync();
    }

    [Fact]
    public async Task BytesBehindABodyAreIgnored()
    {
        await WriteAsync(ApiKey.ApiVersions, version: 0, correlationId: 9, [0xFF, 0xFF, 1, 2, 3, 4]);
        byte[] frame = await _client.ReadFrameAsync() ?? throw new EndOfStreamException();
        Assert.Equal(9, Responses.ReadCorrelationId(frame));
        await AssertServesOthersAsync();
    }

    [Fact]
    public async Task ARequestThatComesByteByByteIsAnswered()
    {
        using FrameBuffer buffer = new();
        KafkaProtocol.Requests.Write(buffer, new MetadataRequest(), version: 4, correlationId: 5, "slow");
        foreach (byte each in buffer.ToArray()) await _client.Stream.WriteAsync(new[] { each });
        byte[] frame = await _client.ReadFrameAsync() ?? throw new EndOfStreamException();
        Assert.Equal("t", Assert.Single(Responses.Read<MetadataResponse>(frame, version: 4).Topics).Name);
    }

    [Fact]
    public async Task WhatWasAskedBeforeTheOtherSideClosedItsHalfIsAnswered()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", _broker.Port);
        using FrameBuffer buffer = new();
        for (int number = 0; number < 5; number++)
            KafkaProtocol.Requests.Write(buffer, new MetadataRequest(), version: 4, number, "half");
        await socket.SendAsync(buffer.ToArray());
        socket.Shutdown(SocketShutdown.Send);
        byte[] bytes = new byte[10_000];
        int length = 0;
        while (await socket.ReceiveAsync(bytes.AsMemory(length)) is var count and > 0) length += count;
        for (int number = 0, at = 0; number < 5; number++)
        {
            Assert.Equal(number, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 4)));
            at += 4 + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
        }
    }

    private static (ApiKey, short, short) Row(ApiVersionsResponse.ApiVersion row) =>
        (row.ApiKey, row.MinVersion, row.MaxVersion);

    private async Task WriteAsync(ApiKey api, short version, int correlationId, byte[] rest)
    {
        byte[] frame = new byte[12 + rest.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(4), (short)api);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(6), version);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(8), correlationId);
        rest.CopyTo(frame.AsSpan(12));
        await _client.Stream.WriteAsync(frame);
    }

    private async Task AssertServesOthersAsync()
    {
        await using ProtocolClient other = await _broker.ConnectAsync();
        Assert.Equal(0, await other.ProduceAsync("t", 0, Batches.Of("x")));
    }
}
