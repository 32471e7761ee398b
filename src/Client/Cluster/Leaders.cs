using LogStore.Client.Connections;

namespace LogStore.Client.Cluster;

/// <summary>Asks what only a partition's leader answers.</summary>
internal static class Leaders
{
    /// <summary>Asks the leader of each partition, the partitions of a leader together.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="partitions">The partitions.</param>
    /// <param name="ask">Asks one leader for some partitions; throws on errors.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task AskAsync(
        ClusterClient cluster, IReadOnlyCollection<TopicPartition> partitions,
        Func<BrokerConnection, TopicPartition[], CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        HashSet<TopicPartition> left = [.. partitions];
        if (left.Count == 0) return;
        cluster.Track([.. partitions.Select(each => each.Topic).Distinct(StringComparer.Ordinal)]);
        int seen = -1;
        await Retry.RunAsync(cluster, cluster.Options.ApiTimeout, async token =>
        {
            ClusterSnapshot snapshot = cluster.Snapshot;
            bool isKnown = left.All(each => snapshot.FindLeader(each) is not null);
            // What failed with one snapshot is not tried again with it.
            if (!isKnown || snapshot.Version == seen)
                snapshot = await cluster.RefreshAsync(snapshot.Version, token).ConfigureAwait(false);
            seen = snapshot.Version;
            foreach (IGrouping<int, TopicPartition> group in left.GroupBy(each => Find(snapshot, each)).ToArray())
            {
                BrokerConnection connection =
                    await cluster.ConnectAsync(group.Key, LinkPurpose.General, token).ConfigureAwait(false);
                TopicPartition[] asked = [.. group];
                await ask(connection, asked, token).ConfigureAwait(false);
                left.ExceptWith(asked);
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    private static int Find(ClusterSnapshot snapshot, TopicPartition partition)
    {
        TopicSnapshot? topic = snapshot.Find(partition.Topic);
        ErrorCode error = topic?.ErrorCode ?? ErrorCode.UnknownTopicOrPartition;
        if (error == ErrorCode.UnknownTopicOrPartition ||
            (error == ErrorCode.None && !topic!.Leaders.ContainsKey(partition.Partition)))
            throw new UnknownPartitionException(partition);
        BrokerErrorException.ThrowIfError(error, $"Looking up {partition}");
        return snapshot.FindLeader(partition)?.NodeId ??
            throw new BrokerErrorException(ErrorCode.LeaderNotAvailable, $"Looking for the leader of {partition}");
    }
}
