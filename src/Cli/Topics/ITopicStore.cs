namespace LogStore.Cli.Topics;

/// <summary>Where topics are kept: a data directory, or a cluster.</summary>
internal interface ITopicStore
{
    /// <summary>Makes a topic.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="partitions">How many partitions; null for the default of the place.</param>
    /// <param name="replicas">How many replicas of each partition; null for the default of the place.</param>
    /// <param name="settings">Its own settings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<TopicSummary> CreateAsync(
        string name, int? partitions, int? replicas, KeyValuePair<string, string>[] settings,
        CancellationToken cancellationToken);

    /// <summary>All topics, by name.</summary>
    public Task<IReadOnlyList<TopicSummary>> ListAsync(CancellationToken cancellationToken);

    /// <summary>One topic, and each of its partitions.</summary>
    public Task<(TopicSummary Topic, IReadOnlyList<PartitionStatus> Partitions)> DescribeAsync(
        string name, CancellationToken cancellationToken);

    /// <summary>Changes a topic: all of it or, where a setting is wrong, nothing.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="partitions">How many partitions it is to have; null to leave them.</param>
    /// <param name="settings">The settings to change.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<TopicSummary> AlterAsync(
        string name, int? partitions, KeyValuePair<string, string>[] settings, CancellationToken cancellationToken);

    /// <summary>Deletes a topic and its records.</summary>
    public Task DeleteAsync(string name, CancellationToken cancellationToken);
}
