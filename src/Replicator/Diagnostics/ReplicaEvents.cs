using Microsoft.Extensions.Logging;

namespace LogStore.Replicator.Diagnostics;

/// <summary>What replication tells its logger. Event ids are stable.</summary>
internal static partial class ReplicaEvents
{
    [LoggerMessage(401, LogLevel.Information, "{Topic}-{Partition}: leader epoch {Epoch} has begun, led by broker {Leader}")]
    public static partial void BeganEpoch(ILogger logger, string topic, int partition, long epoch, int leader);

    [LoggerMessage(402, LogLevel.Warning, "{Topic}-{Partition}: cut from {End} to {Offset}, where it agrees with the leader's log; committed is {HighWatermark}")]
    public static partial void Truncating(
        ILogger logger, string topic, int partition, long end, long offset, long highWatermark);

    [LoggerMessage(403, LogLevel.Warning, "{Topic}-{Partition}: emptied, to begin at {Offset} as the leader's log does")]
    public static partial void Resetting(ILogger logger, string topic, int partition, long offset);

    [LoggerMessage(404, LogLevel.Error, "{Topic}-{Partition}: the log does not take what the leader sends: {Reason}")]
    public static partial void AppendRefused(ILogger logger, string topic, int partition, string reason);

    [LoggerMessage(405, LogLevel.Error, "{Topic}-{Partition}: the replica has failed; others must lead. Look at the disk, then restart the broker")]
    public static partial void Failed(ILogger logger, string topic, int partition, Exception exception);

    [LoggerMessage(406, LogLevel.Warning, "{Topic}-{Partition}: records below the leader's log start were not deleted: {Reason}")]
    public static partial void HousekeepingFailed(ILogger logger, string topic, int partition, string reason);

    [LoggerMessage(407, LogLevel.Information, "{Topic}-{Partition}: the in-sync set is now {State}")]
    public static partial void InSyncSet(ILogger logger, string topic, int partition, string state);

    [LoggerMessage(408, LogLevel.Error, "{Topic}-{Partition}: there is no room on the disk; others lead, and go on without this replica. Free some space")]
    public static partial void DiskFull(ILogger logger, string topic, int partition);

    [LoggerMessage(409, LogLevel.Information, "{Topic}-{Partition}: there is room on the disk again")]
    public static partial void DiskHasRoom(ILogger logger, string topic, int partition);

    [LoggerMessage(410, LogLevel.Information, "Broker {BrokerId} has joined cluster {ClusterId} in its life {Epoch} (nothing lost since {IntactSince})")]
    public static partial void Joined(ILogger logger, int brokerId, string clusterId, long epoch, long intactSince);

    [LoggerMessage(411, LogLevel.Warning, "The metadata store cannot be reached: what is led here is served on, nothing can be decided anew: {Reason}")]
    public static partial void StoreUnreachable(ILogger logger, string reason);

    [LoggerMessage(412, LogLevel.Information, "The metadata store can be reached again")]
    public static partial void StoreReachable(ILogger logger);

    [LoggerMessage(413, LogLevel.Warning, "The lease of broker {BrokerId} has run out; it registers anew")]
    public static partial void LeaseLost(ILogger logger, int brokerId);

    [LoggerMessage(414, LogLevel.Information, "Broker {BrokerId} is the controller now")]
    public static partial void BecameController(ILogger logger, int brokerId);

    [LoggerMessage(415, LogLevel.Warning, "Nobody listens at broker {BrokerId}'s address any more: its lease is ended")]
    public static partial void PeerGone(ILogger logger, int brokerId);

    [LoggerMessage(416, LogLevel.Information, "{Topic}-{Partition}: broker {Leader} is elected in epoch {Epoch}; in sync: {InSync}")]
    public static partial void Elected(ILogger logger, string topic, int partition, int leader, int epoch, string inSync);

    [LoggerMessage(417, LogLevel.Error, "{Topic}-{Partition}: no replica may lead; in sync were: {InSync}")]
    public static partial void NoLeader(ILogger logger, string topic, int partition, string inSync);

    [LoggerMessage(418, LogLevel.Error, "Topic {Topic} cannot be kept here as the cluster has it")]
    public static partial void ReconcileFailed(ILogger logger, string topic, Exception exception);

    [LoggerMessage(421, LogLevel.Warning, "'{Directory}' is not what broker {BrokerId} had in its last life, but an older copy or another directory: what it holds is in sync with nothing until it has been compared with the leaders' logs")]
    public static partial void NotTheLastDirectory(ILogger logger, string directory, int brokerId);

    [LoggerMessage(422, LogLevel.Error, "The metadata store does not know topic {Topic} ({TopicId}), nor that it was deleted: its records are kept in '{Directory}', in directories that end in {Suffix}. Delete them if nobody needs them")]
    public static partial void SetAside(ILogger logger, string topic, Guid topicId, string directory, string suffix);

    [LoggerMessage(424, LogLevel.Error, "{Topic}-{Partition}: the metadata store has it on other brokers, but does not know the latest leader epochs of the log here: its records are kept in '{Directory}', in a directory that ends in {Suffix}. Delete it if nobody needs them")]
    public static partial void SetPartitionAside(ILogger logger, string topic, int partition, string directory, string suffix);

    [LoggerMessage(423, LogLevel.Error, "{Topic}-{Partition}: the log cannot be opened; others must lead. It is tried again: look at the disk, or repair the log")]
    public static partial void OpenFailed(ILogger logger, string topic, int partition, Exception exception);

    [LoggerMessage(420, LogLevel.Critical, "Broker {BrokerId} can no longer take part in the cluster, and stops")]
    public static partial void Ended(ILogger logger, int brokerId, Exception exception);

    [LoggerMessage(419, LogLevel.Information, "Broker {BrokerId} hands over what it leads, and leaves")]
    public static partial void Leaving(ILogger logger, int brokerId);
}
