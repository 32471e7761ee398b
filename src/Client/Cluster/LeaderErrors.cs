namespace LogStore.Client.Cluster;

/// <summary>Tells which codes mean that the metadata is out of date.</summary>
internal static class LeaderErrors
{
    /// <summary>Whether another broker may be the right one by now.</summary>
    public static bool NeedsNewMetadata(ErrorCode code) => code is
        ErrorCode.UnknownTopicOrPartition or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderOrFollower or
        ErrorCode.ReplicaNotAvailable or ErrorCode.NetworkException or ErrorCode.KafkaStorageError or
        ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownLeaderEpoch or ErrorCode.ListenerNotFound or
        ErrorCode.RequestTimedOut or ErrorCode.NotController or ErrorCode.BrokerNotAvailable;
}
