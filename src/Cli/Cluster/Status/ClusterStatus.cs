using System.Globalization;
using LogStore.Client;

namespace LogStore.Cli.Cluster.Status;

/// <summary>A cluster at a moment: its brokers, its partitions, and how well they are.</summary>
/// <param name="ClusterId">Its name; null if it has none.</param>
/// <param name="ControllerId">The broker that elects leaders; -1 if there is none.</param>
/// <param name="Brokers">The brokers, by number.</param>
/// <param name="Partitions">The partitions, by topic and number.</param>
/// <param name="Links">The links between brokers, each once.</param>
internal sealed record ClusterStatus(
    string? ClusterId, int ControllerId, IReadOnlyList<BrokerStatus> Brokers, IReadOnlyList<PartitionHealth> Partitions,
    IReadOnlyList<LinkHealth> Links)
{
    /// <summary>How long each broker has to say how far its replicas are: one that is stuck must not hide the others.</summary>
    private static readonly TimeSpan BrokerPatience = TimeSpan.FromSeconds(3);

    /// <summary>Asks a cluster.</summary>
    /// <param name="admin">Asks.</param>
    /// <param name="topic">The only topic to ask for, which must be there; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ClusterStatus> ReadAsync(AdminClient admin, string? topic, CancellationToken cancellationToken)
    {
        ClusterDescription cluster = await admin.DescribeClusterAsync(cancellationToken);
        IReadOnlyList<TopicDescription> topics = await DescribeTopicsAsync(admin, cancellationToken);
        IReadOnlyList<TopicDescription> shown = topic is null
            ? topics : await admin.DescribeTopicsAsync([topic], cancellationToken);
        Task<Dictionary<string, int?>> least = FindMinInSyncAsync(admin, shown, cancellationToken);
        Task<Dictionary<(int, TopicPartition), long>> lags = FindLagsAsync(admin, cluster, cancellationToken);
        Dictionary<TopicPartition, PartitionReassignment> moving = await FindReassignmentsAsync(admin, cluster, cancellationToken);
        Task<Dictionary<int, IReadOnlyList<ConfigEntry>>> settings = FindSettingsAsync(admin, cluster, cancellationToken);
        await Task.WhenAll(least, lags, settings);
        return new ClusterStatus(
            cluster.ClusterId, cluster.ControllerId, [.. BrokersOf(cluster, topics, settings.Result)],
            [
                .. shown.SelectMany(each => each.Partitions.Select(partition => Judge(
                    each.Name, partition, least.Result[each.Name], lags.Result, moving))),
            ],
            LinkHealth.OnceEach(settings.Result.SelectMany(each => LinkHealth.Of(each.Key, each.Value))));
    }

    private static PartitionHealth Judge(
        string topic, PartitionDescription partition, int? minInSync, Dictionary<(int, TopicPartition), long> lags,
        Dictionary<TopicPartition, PartitionReassignment> moving)
    {
        TopicPartition key = new(topic, partition.Partition);
        return new PartitionHealth(
            topic, partition,
            [
                .. partition.Replicas.Select(id => new ReplicaStatus(
                    id, lags.TryGetValue((id, key), out long lag) && lag >= 0 ? lag : null)),
            ],
            minInSync, moving.GetValueOrDefault(key));
    }

    private static IEnumerable<BrokerStatus> BrokersOf(
        ClusterDescription cluster, IReadOnlyList<TopicDescription> topics, Dictionary<int, IReadOnlyList<ConfigEntry>> settings)
    {
        PartitionDescription[] partitions = [.. topics.SelectMany(topic => topic.Partitions)];
        Dictionary<int, BrokerDescription> alive = cluster.Brokers.ToDictionary(each => each.Id);
        foreach (int id in alive.Keys.Union(partitions.SelectMany(each => each.Replicas)).Order())
        {
            yield return new BrokerStatus(
                id, alive.GetValueOrDefault(id), id == cluster.ControllerId, partitions.Count(each => each.LeaderId == id),
                partitions.Count(each => each.Replicas.Contains(id)),
                BrokerStatus.ReadReachesStore(settings.GetValueOrDefault(id, [])));
        }
    }

    private static async Task<IReadOnlyList<TopicDescription>> DescribeTopicsAsync(
        AdminClient admin, CancellationToken cancellationToken)
    {
        IReadOnlyList<TopicListing> topics = await admin.ListTopicsAsync(includeInternal: true, cancellationToken);
        return topics.Count == 0 ? [] : await admin.DescribeTopicsAsync(topics.Select(each => each.Name), cancellationToken);
    }

    private static async Task<Dictionary<string, int?>> FindMinInSyncAsync(
        AdminClient admin, IReadOnlyList<TopicDescription> topics, CancellationToken cancellationToken)
    {
        Dictionary<string, int?> found = new(StringComparer.Ordinal);
        foreach (TopicDescription topic in topics)
        {
            try
            {
                IReadOnlyList<ConfigEntry> config =
                    await admin.DescribeConfigsAsync(ConfigResource.Topic(topic.Name), cancellationToken);
                string? value = config.FirstOrDefault(entry => entry.Name == "min.insync.replicas")?.Value;
                found[topic.Name] = int.TryParse(value, CultureInfo.InvariantCulture, out int least) ? least : null;
            }
            catch (BrokerErrorException)
            {
                found[topic.Name] = null; // Who may see the topic may not see its settings; or it was deleted just now.
            }
        }

        return found;
    }

    private static async Task<Dictionary<(int, TopicPartition), long>> FindLagsAsync(
        AdminClient admin, ClusterDescription cluster, CancellationToken cancellationToken)
    {
        IReadOnlyList<LogDirDescription>[] dirs =
            await Task.WhenAll(cluster.Brokers.Select(each => DescribeLogDirsAsync(admin, each.Id, cancellationToken)));
        Dictionary<(int, TopicPartition), long> lags = [];
        foreach (LogDirDescription dir in dirs.SelectMany(each => each))
        {
            foreach (LogDirReplica replica in dir.Replicas.Where(each => !each.IsFuture))
                lags[(dir.BrokerId, replica.Partition)] = replica.OffsetLag;
        }

        return lags;
    }

    private static async Task<Dictionary<int, IReadOnlyList<ConfigEntry>>> FindSettingsAsync(
        AdminClient admin, ClusterDescription cluster, CancellationToken cancellationToken)
    {
        IReadOnlyList<ConfigEntry>[] settings =
            await Task.WhenAll(cluster.Brokers.Select(each => DescribeSettingsAsync(admin, each.Id, cancellationToken)));
        return cluster.Brokers.Zip(settings).ToDictionary(each => each.First.Id, each => each.Second);
    }

    private static async Task<IReadOnlyList<ConfigEntry>> DescribeSettingsAsync(
        AdminClient admin, int brokerId, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(BrokerPatience);
        try
        {
            return await admin.DescribeConfigsAsync(ConfigResource.Broker(brokerId), patience.Token);
        }
        catch (Exception exception) when (
            exception is ClientException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return []; // Whoever may not see a broker's settings does not see how its links and its store are.
        }
    }

    private static async Task<IReadOnlyList<LogDirDescription>> DescribeLogDirsAsync(
        AdminClient admin, int brokerId, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(BrokerPatience);
        try
        {
            return await admin.DescribeLogDirsAsync([brokerId], patience.Token);
        }
        catch (Exception exception) when (
            exception is ClientException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return [];
        }
    }

    /// <summary>The controller knows; while there is none, nothing moves.</summary>
    private static async Task<Dictionary<TopicPartition, PartitionReassignment>> FindReassignmentsAsync(
        AdminClient admin, ClusterDescription cluster, CancellationToken cancellationToken)
    {
        if (cluster.ControllerId < 0) return [];
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(BrokerPatience);
        try
        {
            IReadOnlyList<PartitionReassignment> moving =
                await admin.ListPartitionReassignmentsAsync(cancellationToken: patience.Token);
            return moving.ToDictionary(each => each.Partition);
        }
        catch (Exception exception) when (
            exception is ClientException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return [];
        }
    }
}
