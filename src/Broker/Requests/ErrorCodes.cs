using LogStore.KafkaProtocol;
using LogStore.Replicator;
using LogStore.Replicator.Metadata;

namespace LogStore.Broker.Requests;

/// <summary>The protocol's code for each of the log's errors: the one place that translates them.</summary>
internal static class ErrorCodes
{
    private const int MaxMessageLength = 1000;

    /// <summary>The message for the client: no longer than a string may be, whatever the client has put into it.</summary>
    public static string MessageOf(Exception exception) =>
        exception.Message.Length <= MaxMessageLength ? exception.Message : $"{exception.Message[..MaxMessageLength]}…";

    public static ErrorCode Of(Exception exception) => exception switch
    {
        UnknownTopicOrPartitionException => ErrorCode.UnknownTopicOrPartition,
        TopicExistsException => ErrorCode.TopicAlreadyExists,
        InvalidTopicException => ErrorCode.InvalidTopic,
        InvalidConfigException => ErrorCode.InvalidConfig,
        OffsetOutOfRangeException => ErrorCode.OffsetOutOfRange,
        RecordTooLargeException => ErrorCode.MessageTooLarge,
        OutOfOrderSequenceException => ErrorCode.OutOfOrderSequenceNumber,
        ProducerFencedException => ErrorCode.InvalidProducerEpoch,
        UnknownProducerIdException => ErrorCode.UnknownProducerId,
        CompressionNotSupportedException => ErrorCode.UnsupportedCompressionType,
        RecordWithoutKeyException => ErrorCode.InvalidRecord,
        InvalidRecordBatchException => ErrorCode.CorruptMessage,
        NotLeaderException => ErrorCode.NotLeaderOrFollower,
        NotEnoughReplicasException => ErrorCode.NotEnoughReplicas,
        NotEnoughReplicasAfterAppendException => ErrorCode.NotEnoughReplicasAfterAppend,
        ReplicationTimeoutException => ErrorCode.RequestTimedOut,
        InvalidReplicationFactorException => ErrorCode.InvalidReplicationFactor,
        // Clients try again after this one, and the store may be back by then.
        MetadataStoreException => ErrorCode.RequestTimedOut,
        // A topic that is deleted closes its logs under whoever uses them.
        ObjectDisposedException => ErrorCode.NotLeaderOrFollower,
        DiskFullException or LogFaultedException or CorruptLogException or IOException or UnauthorizedAccessException =>
            ErrorCode.KafkaStorageError,
        _ => ErrorCode.UnknownServerError,
    };
}
