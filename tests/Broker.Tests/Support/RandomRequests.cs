using System.Buffers.Binary;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Groups;
using LogStore.KafkaProtocol.Produce;
using LogStore.KafkaProtocol.Security;
using LogStore.KafkaProtocol.Tests;
using LogStore.KafkaProtocol.Topics;
using LogStore.KafkaProtocol.Transactions;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.Broker.Tests.Support;

/// <summary>Frames that a broker must survive: requests of random content, and what is left of them after damage.</summary>
internal static class RandomRequests
{
    private static readonly int[] Lies = [int.MinValue, -1, 0, 1 << 16, 100 << 20, int.MaxValue];

    private static readonly Func<Random, byte[]>[] Makers =
    [
        Make<ProduceRequest>, Make<FetchRequest>, Make<ListOffsetsRequest>, Make<OffsetForLeaderEpochRequest>,
        Make<MetadataRequest>, Make<ApiVersionsRequest>, Make<DescribeClusterRequest>, Make<DescribeLogDirsRequest>,
        Make<ElectLeadersRequest>, Make<AlterPartitionReassignmentsRequest>, Make<ListPartitionReassignmentsRequest>,
        Make<FindCoordinatorRequest>, Make<JoinGroupRequest>, Make<SyncGroupRequest>, Make<HeartbeatRequest>,
        Make<LeaveGroupRequest>, Make<OffsetCommitRequest>, Make<OffsetFetchRequest>, Make<OffsetDeleteRequest>,
        Make<ListGroupsRequest>, Make<DescribeGroupsRequest>, Make<DeleteGroupsRequest>, Make<InitProducerIdRequest>,
        Make<AddPartitionsToTxnRequest>, Make<AddOffsetsToTxnRequest>, Make<EndTxnRequest>, Make<TxnOffsetCommitRequest>,
        Make<WriteTxnMarkersRequest>, Make<DescribeProducersRequest>, Make<CreateTopicsRequest>, Make<DeleteTopicsRequest>,
        Make<CreatePartitionsRequest>, Make<DeleteRecordsRequest>, Make<DescribeConfigsRequest>, Make<AlterConfigsRequest>,
        Make<IncrementalAlterConfigsRequest>, Make<SaslHandshakeRequest>, Make<SaslAuthenticateRequest>,
        Make<DescribeAclsRequest>, Make<CreateAclsRequest>, Make<DeleteAclsRequest>, Make<AlterReplicaLogDirsRequest>,
        Make<CreateDelegationTokenRequest>, Make<RenewDelegationTokenRequest>, Make<ExpireDelegationTokenRequest>,
        Make<DescribeDelegationTokenRequest>,
    ];

    /// <summary>A frame, its size in front: well-formed, damaged, or noise.</summary>
    public static byte[] Next(Random random)
    {
        byte[] frame = Makers[random.Next(Makers.Length)](random);
        switch (random.Next(6))
        {
            case 0:
                foreach (ref byte each in frame.AsSpan(Math.Min(frame.Length, 12)))
                    if (random.Next(10) == 0) each = (byte)random.Next(256);
                return frame;
            case 1: // A lying number somewhere behind the header.
                BinaryPrimitives.WriteInt32BigEndian(
                    frame.AsSpan(random.Next(8, frame.Length - 3)), Lies[random.Next(Lies.Length)]);
                return frame;
            case 2: // A size that is larger than what comes, so that the rest never does.
                BinaryPrimitives.WriteInt32BigEndian(frame, random.Next(frame.Length, 100 << 20));
                return frame;
            case 3: // Cut, under a size that is true again.
                byte[] cut = frame[..random.Next(4, frame.Length)];
                BinaryPrimitives.WriteInt32BigEndian(cut, cut.Length - 4);
                return cut;
            case 4 when random.Next(4) == 0:
                byte[] noise = new byte[random.Next(1, 300)];
                random.NextBytes(noise);
                return noise;
            default:
                return frame;
        }
    }

    private static byte[] Make<TRequest>(Random random) where TRequest : class, IRequest, new()
    {
        Apis.TryGet(TRequest.Api, out ApiDescription api);
        short version = (short)random.Next(api.MinVersion, api.MaxVersion + 1);
        TRequest request = new();
        RandomFiller filler = new(random);
        request.Visit(ref filler, version);
        using FrameBuffer buffer = new();
        KafkaProtocol.Requests.Write(buffer, request, version, random.Next(), random.Next(4) == 0 ? null : "fuzzer");
        return buffer.ToArray();
    }
}
