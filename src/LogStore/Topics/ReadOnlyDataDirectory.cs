using LogStore.IO;

namespace LogStore.Topics;

/// <summary>A data directory seen from outside the process that owns it: takes no lock and changes nothing.</summary>
/// <remarks>Thread-safe: it holds nothing but the path.</remarks>
public sealed class ReadOnlyDataDirectory
{
    /// <summary>Looks at a data directory, which may be in use.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    public ReadOnlyDataDirectory(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        Directory = Path.GetFullPath(directory);
        if (!System.IO.Directory.Exists(Directory))
            throw new DirectoryNotFoundException($"There is no data directory '{Directory}'.");
    }

    /// <summary>The directory, as a full path.</summary>
    public string Directory { get; }

    /// <summary>All topics, in the order of their names, as the catalog lists them now.</summary>
    /// <exception cref="CorruptLogException">The catalog is damaged.</exception>
    public IReadOnlyList<Topic> ReadTopics() => [.. TopicCatalog.Load(Storage.Default, Directory).Topics];

    /// <summary>The topic of this name.</summary>
    /// <exception cref="UnknownTopicOrPartitionException">There is none.</exception>
    public Topic GetTopic(string name) =>
        ReadTopics().FirstOrDefault(topic => topic.Name == name) ?? throw new UnknownTopicOrPartitionException(name);

    /// <summary>Opens a partition for reading; the caller disposes it. Null when it has never been written.</summary>
    /// <exception cref="UnknownTopicOrPartitionException">There is no such topic, or no such partition.</exception>
    public async ValueTask<ReadOnlyLog?> OpenPartitionAsync(
        string topicName, int partition, CancellationToken cancellationToken = default)
    {
        Topic topic = GetTopic(topicName);
        string path = Path.Combine(Directory, topic.DirectoryName(topic.CheckPartition(partition)));
        return System.IO.Directory.Exists(path)
            ? await ReadOnlyLog.OpenAsync(path, cancellationToken).ConfigureAwait(false)
            : null;
    }
}
