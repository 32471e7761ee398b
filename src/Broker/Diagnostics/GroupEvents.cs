using LogStore.KafkaProtocol;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Diagnostics;

/// <summary>What the group coordinator tells its logger. Event ids are stable.</summary>
internal static partial class GroupEvents
{
    [LoggerMessage(201, LogLevel.Debug, "Offsets topic partition {Partition} has {Groups} groups in {Records} records")]
    public static partial void Loaded(ILogger logger, int partition, int groups, long records);

    [LoggerMessage(
        202, LogLevel.Error,
        "Passed over {Count} records of offsets topic partition {Partition}, the first at {Offset}: {Reason}")]
    public static partial void SkippedRecords(ILogger logger, int partition, long count, long offset, string reason);

    [LoggerMessage(
        203, LogLevel.Error, "Offsets topic partition {Partition} cannot be loaded; its groups are not served")]
    public static partial void LoadFailed(ILogger logger, int partition, Exception exception);

    [LoggerMessage(204, LogLevel.Warning, "Generation {Generation} of group '{Group}' could not be stored: {Error}")]
    public static partial void NotStored(ILogger logger, string group, int generation, ErrorCode error);

    [LoggerMessage(205, LogLevel.Error, "Looking for offsets that have expired has failed")]
    public static partial void ExpiryFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        206, LogLevel.Information, "Loaded {Groups} groups from {Partitions} partitions of the offsets topic")]
    public static partial void LoadedAll(ILogger logger, int groups, int partitions);

    [LoggerMessage(207, LogLevel.Information, "Group '{Group}' has generation {Generation} with {Members} members")]
    public static partial void Stored(ILogger logger, string group, int generation, int members);
}
