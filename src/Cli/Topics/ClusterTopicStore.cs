using LogStore.Cli.Cluster;
using LogStore.Client;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Topics;

namespace LogStore.Cli.Topics;

/// <summary>The topics of a cluster. What the protocol does not tell, a topic's id and its segments, is left open.</summary>
/// <param name="admin">The client, which stays the caller's.</param>
internal sealed class ClusterTopicStore(AdminClient admin) : ITopicStore
{
    /// <inheritdoc/>
    public async Task<TopicSummary> CreateAsync(
        string name, int? partitions, int? replicas, KeyValuePair<string, string>[] settings,
        CancellationToken cancellationToken)
    {
        NewTopic topic = new(name, partitions ?? -1, (short)(replicas ?? -1)) { Configs = ByName(settings) };
        await admin.CreateTopicAsync(topic, cancellationToken);
        return await SummarizeAsync(name, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TopicSummary>> ListAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<TopicListing> topics = await admin.ListTopicsAsync(includeInternal: true, cancellationToken);
        return await Task.WhenAll(topics.Select(topic => SummarizeAsync(topic.Name, topic.PartitionCount, cancellationToken)));
    }

    /// <inheritdoc/>
    public async Task<(TopicSummary Topic, IReadOnlyList<PartitionStatus> Partitions)> DescribeAsync(
        string name, CancellationToken cancellationToken)
    {
        TopicDescription topic = await FindAsync(name, cancellationToken);
        TopicPartition[] partitions = [.. topic.Partitions.Select(each => new TopicPartition(name, each.Partition))];
        Dictionary<TopicPartition, PartitionBounds> bounds =
            await PartitionBounds.FindAsync(admin, partitions, time: null, cancellationToken);
        Dictionary<TopicPartition, long> sizes = await SizesAsync(topic, cancellationToken);
        return (
            await SummarizeAsync(name, topic.Partitions.Count, cancellationToken),
            [
                .. partitions.Select(each => new PartitionStatus(
                    each.Partition, bounds[each].Start, bounds[each].End,
                    sizes.TryGetValue(each, out long size) ? size : null, Segments: null)),
            ]);
    }

    /// <inheritdoc/>
    public async Task<TopicSummary> AlterAsync(
        string name, int? partitions, KeyValuePair<string, string>[] settings, CancellationToken cancellationToken)
    {
        ConfigResource resource = ConfigResource.Topic(name);
        ConfigChange[] changes = [.. ByName(settings).Select(setting => ConfigChange.Set(setting.Key, setting.Value))];
        await FindAsync(name, cancellationToken);
        if (changes.Length > 0) await admin.AlterConfigsAsync(resource, changes, validateOnly: true, cancellationToken);
        if (partitions is { } count) await admin.CreatePartitionsAsync(name, count, cancellationToken);
        if (changes.Length > 0) await admin.AlterConfigsAsync(resource, changes, validateOnly: false, cancellationToken);
        return await SummarizeAsync(name, cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        admin.DeleteTopicsAsync([name], cancellationToken);

    private async Task<TopicDescription> FindAsync(string name, CancellationToken cancellationToken) =>
        (await admin.DescribeTopicsAsync([name], cancellationToken))[0];

    private async Task<TopicSummary> SummarizeAsync(string name, CancellationToken cancellationToken) =>
        await SummarizeAsync(name, (await FindAsync(name, cancellationToken)).Partitions.Count, cancellationToken);

    private async Task<TopicSummary> SummarizeAsync(string name, int partitions, CancellationToken cancellationToken) =>
        new(name, Id: null, partitions, await FindConfigAsync(name, cancellationToken));

    /// <summary>The topic's own settings; null for who may see the topic, but not these.</summary>
    private async Task<Dictionary<string, string>?> FindConfigAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<ConfigEntry> config =
                await admin.DescribeConfigsAsync(ConfigResource.Topic(name), cancellationToken);
            return config.Where(entry => entry.Source == ConfigSource.TopicConfig)
                .ToDictionary(entry => entry.Name, entry => entry.Value ?? "", StringComparer.Ordinal);
        }
        catch (BrokerErrorException error) when (error.ErrorCode == ErrorCode.TopicAuthorizationFailed)
        {
            return null;
        }
    }

    /// <summary>What each partition takes on its leader's disk; a broker that does not show it is left out.</summary>
    private async Task<Dictionary<TopicPartition, long>> SizesAsync(
        TopicDescription topic, CancellationToken cancellationToken)
    {
        Dictionary<TopicPartition, int> leaders = topic.Partitions
            .ToDictionary(each => new TopicPartition(topic.Name, each.Partition), each => each.LeaderId);
        IReadOnlyList<LogDirDescription> dirs =
            await admin.DescribeLogDirsAsync(leaders.Values.Where(id => id >= 0).Distinct(), cancellationToken);
        return dirs
            .SelectMany(dir => dir.Replicas
                .Where(each => !each.IsFuture && leaders.TryGetValue(each.Partition, out int id) && id == dir.BrokerId))
            .GroupBy(each => each.Partition)
            .ToDictionary(each => each.Key, each => each.First().SizeInBytes);
    }

    /// <summary>As locally, of two values for a setting the last one holds.</summary>
    private static Dictionary<string, string> ByName(KeyValuePair<string, string>[] settings)
    {
        Dictionary<string, string> byName = new(StringComparer.Ordinal);
        foreach ((string name, string value) in settings) byName[name] = value;
        return byName;
    }
}
