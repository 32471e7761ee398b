using LogStore.Topics;

namespace LogStore.Cli.Topics;

/// <summary>The topics of a data directory. What changes them opens it, and so owns it meanwhile.</summary>
/// <param name="path">The directory, as the user named it.</param>
internal sealed class LocalTopicStore(string path) : ITopicStore
{
    /// <inheritdoc/>
    public async Task<TopicSummary> CreateAsync(
        string name, int? partitions, int? replicas, KeyValuePair<string, string>[] settings,
        CancellationToken cancellationToken)
    {
        if (replicas is > 1)
            throw new UserErrorException(
                "a data directory holds one replica: name a cluster with --bootstrap-server for more", ExitCode.Usage);
        // Checked first: a mistake must not leave an empty data directory behind.
        TopicName.Validate(name);
        LogConfig config = With(LogConfig.Default, settings);
        await using DataDirectory directory = await DataLocation.OpenAsync(path, create: true);
        return Summarize(await directory.CreateTopicAsync(name, partitions ?? 1, config, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TopicSummary>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<TopicSummary>>(
            [.. DataLocation.OpenReadOnly(path).ReadTopics().Select(Summarize)]);

    /// <inheritdoc/>
    public async Task<(TopicSummary Topic, IReadOnlyList<PartitionStatus> Partitions)> DescribeAsync(
        string name, CancellationToken cancellationToken)
    {
        ReadOnlyDataDirectory directory = DataLocation.OpenReadOnly(path);
        Topic topic = directory.GetTopic(name);
        List<PartitionStatus> statuses = [];
        for (int partition = 0; partition < topic.PartitionCount; partition++)
        {
            await using ReadOnlyLog? log = await directory.OpenPartitionAsync(name, partition, cancellationToken);
            statuses.Add(log is null
                ? new PartitionStatus(partition, 0, 0, 0, 0)
                : new PartitionStatus(partition, log.LogStartOffset, log.LogEndOffset, log.SizeInBytes, log.SegmentCount));
        }

        return (Summarize(topic), statuses);
    }

    /// <inheritdoc/>
    public async Task<TopicSummary> AlterAsync(
        string name, int? partitions, KeyValuePair<string, string>[] settings, CancellationToken cancellationToken)
    {
        await using DataDirectory directory = await DataLocation.OpenAsync(path, create: false);
        LogConfig config = With(directory.GetTopic(name).Config, settings);
        if (partitions is { } count) await directory.AddPartitionsAsync(name, count, cancellationToken);
        return Summarize(await directory.AlterTopicAsync(name, config, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        await using DataDirectory directory = await DataLocation.OpenAsync(path, create: false);
        await directory.DeleteTopicAsync(name, cancellationToken);
    }

    /// <exception cref="InvalidConfigException">A setting is not known or its value does not fit it.</exception>
    private static LogConfig With(LogConfig config, IEnumerable<KeyValuePair<string, string>> settings) =>
        settings.Aggregate(config, (current, setting) => current.With(setting.Key, setting.Value));

    private static TopicSummary Summarize(Topic topic) =>
        new(topic.Name, topic.Id, topic.PartitionCount, topic.Config.Overrides());
}
