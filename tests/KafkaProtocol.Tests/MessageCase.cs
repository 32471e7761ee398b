using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Groups;
using LogStore.KafkaProtocol.Produce;
using LogStore.KafkaProtocol.Security;
using LogStore.KafkaProtocol.Topics;
using LogStore.KafkaProtocol.Transactions;
using LogStore.KafkaProtocol.Wire;
using Xunit;

namespace LogStore.KafkaProtocol.Tests;

/// <summary>What the tests do with a request or a response of whatever type.</summary>
internal abstract class MessageCase(ApiKey api, bool isRequest)
{
    private static readonly Dictionary<(ApiKey Api, bool IsRequest), MessageCase> ByName = new MessageCase[][]
    {
        Pair<ApiVersionsRequest, ApiVersionsResponse>(), Pair<MetadataRequest, MetadataResponse>(),
        Pair<DescribeClusterRequest, DescribeClusterResponse>(),
        Pair<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>(),
        Pair<DescribeLogDirsRequest, DescribeLogDirsResponse>(),
        Pair<ElectLeadersRequest, ElectLeadersResponse>(),
        Pair<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(),
        Pair<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>(),
        Pair<ProduceRequest, ProduceResponse>(), Pair<FetchRequest, FetchResponse>(),
        Pair<ListOffsetsRequest, ListOffsetsResponse>(),
        Pair<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(),
        Pair<FindCoordinatorRequest, FindCoordinatorResponse>(), Pair<JoinGroupRequest, JoinGroupResponse>(),
        Pair<SyncGroupRequest, SyncGroupResponse>(), Pair<HeartbeatRequest, HeartbeatResponse>(),
        Pair<LeaveGroupRequest, LeaveGroupResponse>(), Pair<OffsetCommitRequest, OffsetCommitResponse>(),
        Pair<OffsetFetchRequest, OffsetFetchResponse>(), Pair<OffsetDeleteRequest, OffsetDeleteResponse>(),
        Pair<ListGroupsRequest, ListGroupsResponse>(), Pair<DescribeGroupsRequest, DescribeGroupsResponse>(),
        Pair<DeleteGroupsRequest, DeleteGroupsResponse>(), Pair<InitProducerIdRequest, InitProducerIdResponse>(),
        Pair<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(),
        Pair<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>(), Pair<EndTxnRequest, EndTxnResponse>(),
        Pair<TxnOffsetCommitRequest, TxnOffsetCommitResponse>(),
        Pair<WriteTxnMarkersRequest, WriteTxnMarkersResponse>(),
        Pair<DescribeProducersRequest, DescribeProducersResponse>(), Pair<CreateTopicsRequest, CreateTopicsResponse>(),
        Pair<DeleteTopicsRequest, DeleteTopicsResponse>(), Pair<CreatePartitionsRequest, CreatePartitionsResponse>(),
        Pair<DeleteRecordsRequest, DeleteRecordsResponse>(), Pair<DescribeConfigsRequest, DescribeConfigsResponse>(),
        Pair<AlterConfigsRequest, AlterConfigsResponse>(),
        Pair<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(),
        Pair<SaslHandshakeRequest, SaslHandshakeResponse>(), Pair<SaslAuthenticateRequest, SaslAuthenticateResponse>(),
        Pair<DescribeAclsRequest, DescribeAclsResponse>(), Pair<CreateAclsRequest, CreateAclsResponse>(),
        Pair<DeleteAclsRequest, DeleteAclsResponse>(),
        Pair<CreateDelegationTokenRequest, CreateDelegationTokenResponse>(),
        Pair<RenewDelegationTokenRequest, RenewDelegationTokenResponse>(),
        Pair<ExpireDelegationTokenRequest, ExpireDelegationTokenResponse>(),
        Pair<DescribeDelegationTokenRequest, DescribeDelegationTokenResponse>(),
    }.SelectMany(pair => pair).ToDictionary(message => (message.Api, message.IsRequest));

    public static IReadOnlyCollection<MessageCase> All => ByName.Values;

    public ApiKey Api { get; } = api;

    public bool IsRequest { get; } = isRequest;

    public static MessageCase Of(ApiKey api, bool isRequest) => ByName[(api, isRequest)];

    public bool IsFlexible(short version) => Apis.GetSupported(Api, version).IsFlexible(version);

    /// <summary>A message whose every field of the version is random.</summary>
    public abstract IWireMessage Random(Random random, short version);

    /// <summary>Reads a body, and says how many bytes it took.</summary>
    public abstract (IWireMessage Message, int BytesRead) Read(ReadOnlyMemory<byte> body, short version);

    /// <summary>Writes a body.</summary>
    public abstract byte[] Write(IWireMessage message, short version);

    /// <summary>
    /// Writes a message as a frame, without the size in front, by the way that brokers and clients go.
    /// </summary>
    public abstract byte[] WriteFrame(IWireMessage message, short version, int correlationId, string? clientId);

    /// <summary>Reads a frame by the way that brokers and clients go.</summary>
    public abstract IWireMessage ReadFrame(ReadOnlyMemory<byte> frame, short version);

    public override string ToString() => $"{Api} {(IsRequest ? "request" : "response")}";

    private static MessageCase[] Pair<TRequest, TResponse>()
        where TRequest : class, IRequest<TResponse>, new() where TResponse : class, IResponse, new() =>
        [new RequestCase<TRequest>(), new ResponseCase<TResponse>()];

    private abstract class TypedCase<T>(ApiKey api, bool isRequest) : MessageCase(api, isRequest)
        where T : class, IWireMessage, new()
    {
        public override IWireMessage Random(Random random, short version)
        {
            var message = new T();
            var filler = new RandomFiller(random);
            message.Visit(ref filler, version);
            return message;
        }

        public override (IWireMessage Message, int BytesRead) Read(ReadOnlyMemory<byte> body, short version)
        {
            var reader = new WireReader(body, IsFlexible(version));
            var message = new T();
            reader.Message(ref message, version);
            return (message, reader.Position);
        }

        public override byte[] Write(IWireMessage message, short version)
        {
            using var buffer = new FrameBuffer();
            var typed = (T)message;
            new WireWriter(buffer, IsFlexible(version)).Message(ref typed, version);
            return buffer.ToArray();
        }
    }

    private sealed class RequestCase<T>() : TypedCase<T>(T.Api, true) where T : class, IRequest, new()
    {
        public override byte[] WriteFrame(IWireMessage message, short version, int correlationId, string? clientId)
        {
            using var buffer = new FrameBuffer();
            Requests.Write(buffer, (T)message, version, correlationId, clientId);
            return buffer.ToArray()[Frames.PrefixSize..];
        }

        public override IWireMessage ReadFrame(ReadOnlyMemory<byte> frame, short version)
        {
            RequestHeader header = default;
            RequestStatus status = Requests.ReadHeader(frame, ref header, out ReadOnlyMemory<byte> body);
            Assert.Equal(RequestStatus.Supported, status);
            Assert.Equal((Api, version), (header.Api, header.ApiVersion));
            return Requests.ReadBody<T>(body, version);
        }
    }

    private sealed class ResponseCase<T>() : TypedCase<T>(T.Api, false) where T : class, IResponse, new()
    {
        public override byte[] WriteFrame(IWireMessage message, short version, int correlationId, string? clientId)
        {
            using var buffer = new FrameBuffer();
            Responses.Write(buffer, (T)message, version, correlationId);
            return buffer.ToArray()[Frames.PrefixSize..];
        }

        public override IWireMessage ReadFrame(ReadOnlyMemory<byte> frame, short version) =>
            Responses.Read<T>(frame, version);
    }
}
