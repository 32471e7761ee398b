using System.Buffers.Binary;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Groups;
using LogStore.KafkaProtocol.Wire;
using Xunit;

namespace LogStore.KafkaProtocol.Tests;

public sealed class RequestsTest
{
    [Fact]
    public void AnApiThatIsNotKnownIsSaidToBe()
    {
        foreach (short key in (short[])[-1, 4, 7, 48, 59, 1000, short.MinValue, short.MaxValue])
            Assert.Equal(RequestStatus.UnknownApi, ReadHeader(Frame(key, 0), out _));
    }

    [Fact]
    public void AVersionThatIsNotSpokenIsSaidToBe()
    {
        foreach (ApiDescription api in Apis.All)
            foreach (short version in (short[])[-1, (short)(api.MaxVersion + 1), short.MinValue, short.MaxValue])
            {
                RequestStatus status = ReadHeader(Frame((short)api.Key, version), out RequestHeader header);
                Assert.Equal(RequestStatus.UnsupportedVersion, status);
                Assert.Equal((api.Key, version), (header.Api, header.ApiVersion));
                Assert.Equal((42, null), (header.CorrelationId, header.ClientId));
            }
    }

    [Fact]
    public void AnswersToApiVersionsThatAreTooNewNameTheVersionsSpoken()
    {
        using var buffer = new FrameBuffer();
        Responses.Write(buffer, ApiVersionsResponse.UnsupportedVersion(), 0, correlationId: 42);

        const string size = "00000010", correlationId = "0000002A", error = "0023", apis = "00000001" + "001200000003";
        Assert.Equal(size + correlationId + error + apis, Convert.ToHexString(buffer.ToArray()));
    }

    [Fact]
    public void TheTableIsWhatIsAdvertised()
    {
        ApiVersionsResponse response = ApiVersionsResponse.Advertise(Apis.All);

        Assert.Equal(Apis.All.Length, response.ApiKeys.Length);
        foreach (ApiVersionsResponse.ApiVersion api in response.ApiKeys)
        {
            Assert.True(Apis.TryGet(api.ApiKey, out ApiDescription known));
            Assert.Equal((known.MinVersion, known.MaxVersion), (api.MinVersion, api.MaxVersion));
        }
    }

    [Theory]
    [InlineData(0, 17, true, 11)]
    [InlineData(4, 10, true, 10)]
    [InlineData(11, 11, true, 11)]
    [InlineData(12, 17, false, 11)]
    [InlineData(-5, -1, false, -1)]
    public void TheHighestVersionThatBothSidesSpeakIsChosen(short peerMin, short peerMax, bool found, short version)
    {
        Assert.True(Apis.TryGet(ApiKey.Fetch, out ApiDescription fetch));

        Assert.Equal(found, fetch.TryNegotiate(peerMin, peerMax, out short chosen));
        Assert.Equal(version, chosen);
    }

    [Theory]
    [InlineData(ApiKey.ApiVersions, 2, 1, 0)]
    [InlineData(ApiKey.ApiVersions, 3, 2, 0)]
    [InlineData(ApiKey.DescribeCluster, 0, 2, 1)]
    [InlineData(ApiKey.Fetch, 11, 1, 0)]
    [InlineData(ApiKey.SaslHandshake, 1, 1, 0)]
    public void HeadersAreFlexibleWithTheirBodiesButForApiVersionsResponses(
        ApiKey key, short version, short requestHeader, short responseHeader)
    {
        Assert.True(Apis.TryGet(key, out ApiDescription api));
        Assert.Equal(
            (requestHeader, responseHeader), (api.RequestHeaderVersion(version), api.ResponseHeaderVersion(version)));
    }

    [Fact]
    public void TheClientIdOfAFlexibleHeaderHasItsPlainForm()
    {
        // As librdkafka begins a connection: the header's client id has two bytes of length, the body's strings one.
        byte[] frame = Convert.FromHexString("0012000300000001" + "0007" + "72646B61666B61" + "00" +
            "0B" + "6C696272646B61666B61" + "06" + "322E302E32" + "00");
        RequestHeader header = default;

        Assert.Equal(RequestStatus.Supported, Requests.ReadHeader(frame, ref header, out ReadOnlyMemory<byte> body));
        var request = Requests.ReadBody<ApiVersionsRequest>(body, header.ApiVersion);

        Assert.Equal("rdkafka", header.ClientId);
        Assert.Equal(("librdkafka", "2.0.2"), (request.ClientSoftwareName, request.ClientSoftwareVersion));
        using var buffer = new FrameBuffer();
        Requests.Write(buffer, request, 3, header.CorrelationId, header.ClientId);
        Assert.Equal(frame, buffer.ToArray()[Frames.PrefixSize..]);
    }

    [Fact]
    public void BytesAfterTheEndOfAMessageAreIgnored()
    {
        var request = new HeartbeatRequest { GroupId = "g" };
        byte[] body = [.. MessageCase.Of(ApiKey.Heartbeat, isRequest: true).Write(request, 3), 1, 2];

        Assert.Equal("g", Requests.ReadBody<HeartbeatRequest>(body, 3).GroupId);
    }

    [Fact]
    public void AVersionOutsideOfTheTableIsTheCallersMistake()
    {
        using var buffer = new FrameBuffer();

        Assert.Throws<ArgumentOutOfRangeException>(() => Requests.Write(buffer, new MetadataRequest(), 11, 1, null));
        Assert.Throws<ArgumentOutOfRangeException>(() => Requests.ReadBody<MetadataRequest>(default, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Responses.Read<MetadataResponse>(new byte[4], 11));
    }

    [Fact]
    public void AFramesSizeIsKnownWithItsFourthByteAndHeldAgainstTheLimit()
    {
        byte[] size = [0, 0, 0x10, 0];
        for (int length = 0; length < size.Length; length++)
            Assert.False(Frames.TryReadSize(size.AsSpan(0, length), 4096, out _));

        Assert.True(Frames.TryReadSize(size, 4096, out int read));
        Assert.Equal(4096, read);
        Assert.Throws<MalformedMessageException>(() => Frames.TryReadSize(size, 4095, out _));
        Assert.Throws<MalformedMessageException>(() => Frames.TryReadSize([0xFF, 0xFF, 0xFF, 0xFF], 4095, out _));
        // What a TLS or an HTTP client sends first.
        const int limit = Frames.DefaultMaxFrameBytes;
        Assert.Throws<MalformedMessageException>(() => Frames.TryReadSize([0x16, 0x03, 0x01, 0x02], limit, out _));
        Assert.Throws<MalformedMessageException>(() => Frames.TryReadSize("GET "u8, limit, out _));
    }

    [Fact]
    public void TheProtocolDependsOnNothing() => Assert.All(
        typeof(Apis).Assembly.GetReferencedAssemblies(), reference => Assert.StartsWith("System.", reference.Name));

    [Fact]
    public void CodesThatAClientMayRetryAreToldFromThoseItMayNot()
    {
        Assert.All(
            [ErrorCode.NotLeaderOrFollower, ErrorCode.NotEnoughReplicas, ErrorCode.CorruptMessage],
            code => Assert.True(code.IsRetriable()));
        Assert.All(
            [ErrorCode.None, ErrorCode.OffsetOutOfRange, ErrorCode.UnsupportedVersion, (ErrorCode)999],
            code => Assert.False(code.IsRetriable()));
    }

    private static RequestStatus ReadHeader(byte[] frame, out RequestHeader header)
    {
        header = new() { ClientId = "of the request before" };
        RequestStatus status = Requests.ReadHeader(frame, ref header, out ReadOnlyMemory<byte> body);
        Assert.True(body.IsEmpty);
        return status;
    }

    private static byte[] Frame(short key, short version)
    {
        byte[] frame = new byte[8];
        BinaryPrimitives.WriteInt16BigEndian(frame, key);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(2), version);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), 42);
        return frame;
    }
}
