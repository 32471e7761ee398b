using LogStore.KafkaProtocol;

namespace LogStore.Broker.Groups.Storage;

/// <summary>
/// What clients are told when records of a group cannot be stored: they know of coordinators, not of logs.
/// </summary>
internal static class GroupErrors
{
    /// <summary>The answer to whoever commits an offset.</summary>
    public static ErrorCode ForCommit(ErrorCode append) =>
        append is ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge
            ? ErrorCode.InvalidCommitOffsetSize
            : ForGroup(append);

    /// <summary>The answer to whoever joins, syncs or deletes.</summary>
    public static ErrorCode ForGroup(ErrorCode append) => append switch
    {
        ErrorCode.UnknownTopicOrPartition or ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend or
            ErrorCode.RequestTimedOut or ErrorCode.KafkaStorageError => ErrorCode.CoordinatorNotAvailable,
        ErrorCode.NotLeaderOrFollower => ErrorCode.NotCoordinator,
        // The clients' request was not too large, what the coordinator makes of all of them is.
        ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge => ErrorCode.UnknownServerError,
        _ => append,
    };
}
