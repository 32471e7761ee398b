using Microsoft.Extensions.Logging;

namespace LogStore.Client;

/// <summary>What the client tells its logger. Event ids are stable; no secret is ever among the values.</summary>
internal static partial class ClientEvents
{
    [LoggerMessage(1, LogLevel.Warning, "The cluster's metadata could not be refreshed: {Reason}")]
    public static partial void MetadataFailed(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Debug, "Produce to {Partition} is tried again after {Code}")]
    public static partial void ProduceRetried(ILogger logger, TopicPartition partition, ErrorCode code);

    [LoggerMessage(3, LogLevel.Warning, "{Partition} goes on under a new producer id: a sequence was broken")]
    public static partial void ProducerRenewed(ILogger logger, TopicPartition partition);

    [LoggerMessage(4, LogLevel.Debug, "Fetching from broker {NodeId} failed: {Reason}")]
    public static partial void FetchFailed(ILogger logger, int nodeId, string reason);

    [LoggerMessage(5, LogLevel.Information, "Member {MemberId} of group '{GroupId}' is in generation {Generation}")]
    public static partial void Joined(ILogger logger, string groupId, string memberId, int generation);

    [LoggerMessage(6, LogLevel.Information, "Group '{GroupId}' rebalances: {Reason}")]
    public static partial void Rebalancing(ILogger logger, string groupId, string reason);

    [LoggerMessage(7, LogLevel.Warning, "Offsets of group '{GroupId}' were not committed: {Reason}")]
    public static partial void CommitFailed(ILogger logger, string groupId, string reason);

    [LoggerMessage(
        8, LogLevel.Warning, "Offset {Offset} of {Partition} is not in the log; auto.offset.reset is {Policy}")]
    public static partial void OffsetReset(
        ILogger logger, TopicPartition partition, long offset, AutoOffsetReset policy);

    [LoggerMessage(9, LogLevel.Error, "A delivery callback has thrown")]
    public static partial void CallbackFailed(ILogger logger, Exception exception);
}
