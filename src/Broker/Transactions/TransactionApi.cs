using LogStore.Broker.Requests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Transactions;

namespace LogStore.Broker.Transactions;

/// <summary>
/// The place of transactions, of which there are none yet: every request is refused with an error that clients give up at.
/// </summary>
internal static class TransactionApi
{
    /// <summary>
    /// What every request about transactions is answered with. There is no better word for it that both librdkafka and the Java
    /// client hold for final: what UNSUPPORTED_VERSION would say, librdkafka asks for again until its time is up.
    /// </summary>
    public const ErrorCode Refusal = ErrorCode.TransactionalIdAuthorizationFailed;

    public static void Register(ApiTable apis)
    {
        apis.Add<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>((request, _) => new()
        {
            Topics = Array.ConvertAll(request.Topics, topic => new AddPartitionsToTxnResponse.Topic
            {
                Name = topic.Name,
                Partitions = Array.ConvertAll(
                    topic.PartitionIndexes,
                    index => new AddPartitionsToTxnResponse.Partition { PartitionIndex = index, ErrorCode = Refusal }),
            }),
        });
        apis.Add<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>((_, _) => new() { ErrorCode = Refusal });
        apis.Add<EndTxnRequest, EndTxnResponse>((_, _) => new() { ErrorCode = Refusal });
        apis.Add<TxnOffsetCommitRequest, TxnOffsetCommitResponse>((request, _) => new()
        {
            Topics = Array.ConvertAll(request.Topics, topic => new TxnOffsetCommitResponse.Topic
            {
                Name = topic.Name,
                Partitions = Array.ConvertAll(
                    topic.Partitions,
                    part => new TxnOffsetCommitResponse.Partition
                    {
                        PartitionIndex = part.PartitionIndex,
                        ErrorCode = Refusal,
                    }),
            }),
        });
        apis.Add<WriteTxnMarkersRequest, WriteTxnMarkersResponse>((request, _) => new()
        {
            Markers = Array.ConvertAll(request.Markers, marker => new WriteTxnMarkersResponse.Marker
            {
                ProducerId = marker.ProducerId,
                Topics = Array.ConvertAll(marker.Topics, topic => new WriteTxnMarkersResponse.Topic
                {
                    Name = topic.Name,
                    Partitions = Array.ConvertAll(
                        topic.PartitionIndexes,
                        index => new WriteTxnMarkersResponse.Partition { PartitionIndex = index, ErrorCode = Refusal }),
                }),
            }),
        });
    }
}
