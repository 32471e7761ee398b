using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using LogStore.Replicator.Metadata;
using LogStore.Replicator.Protocol;
using LogStore.Topics;

namespace LogStore.Replicator.Cluster;

/// <summary>Follows the metadata store's updates, and says what each has changed.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class ImageBuilder
{
    private readonly Dictionary<string, MetadataEntry> _entries = new(StringComparer.Ordinal);

    public ClusterImage Image { get; private set; } = ClusterImage.Empty;

    /// <summary>Takes in an update.</summary>
    public ClusterChanges Apply(MetadataUpdate update)
    {
        ClusterChanges changes = new(update.IsSnapshot);
        var brokers = Image.Brokers.ToBuilder();
        var topics = Image.Topics.ToBuilder();
        var topicsById = Image.TopicsById.ToBuilder();
        var partitions = Image.Partitions.ToBuilder();
        var deletedTopics = Image.DeletedTopics.ToBuilder();
        int controller = Image.ControllerId;
        foreach (string key in Deleted(update))
        {
            if (!_entries.Remove(key, out MetadataEntry? gone)) continue;
            changes.Entries.Add((key, null));
            if (key == ClusterKeys.Controller) controller = ClusterImage.NoController;
            else if (ClusterKeys.TryParseBroker(key, out int broker)) brokers.Remove(broker);
            else if (ClusterKeys.TryParsePartition(key, out PartitionId partition)) partitions.Remove(partition);
            else if (ClusterKeys.TryParseDeletedTopic(key, out Guid deleted)) deletedTopics.Remove(deleted);
            else if (key.StartsWith(ClusterKeys.Topics, StringComparison.Ordinal) &&
                topics.Remove(key[ClusterKeys.Topics.Length..], out Topic? topic)) topicsById.Remove(topic.Id);
        }

        foreach (MetadataEntry entry in update.Put)
        {
            if (_entries.TryGetValue(entry.Key, out MetadataEntry? known) && known.Version == entry.Version) continue;
            _entries[entry.Key] = entry;
            changes.Entries.Add((entry.Key, entry));
            if (entry.Key == ClusterKeys.Controller)
            {
                controller = int.Parse(Encoding.ASCII.GetString(entry.Value.Span), CultureInfo.InvariantCulture);
            }
            else if (ClusterKeys.TryParseBroker(entry.Key, out int broker))
            {
                brokers[broker] = ClusterJson.ReadBroker(entry.Value);
            }
            else if (ClusterKeys.TryParsePartition(entry.Key, out PartitionId partition))
            {
                partitions[partition] = ClusterJson.ReadPartition(entry.Value, entry.Version);
            }
            else if (ClusterKeys.TryParseDeletedTopic(entry.Key, out Guid deleted))
            {
                deletedTopics.Add(deleted);
            }
            else if (entry.Key.StartsWith(ClusterKeys.Topics, StringComparison.Ordinal))
            {
                string name = entry.Key[ClusterKeys.Topics.Length..];
                if (topics.TryGetValue(name, out Topic? before)) topicsById.Remove(before.Id);
                Topic topic = ClusterJson.ReadTopic(name, entry.Value);
                topics[name] = topic;
                topicsById[topic.Id] = topic;
            }
        }

        Image = new ClusterImage(
            update.Revision, controller, brokers.ToImmutable(), topics.ToImmutable(), topicsById.ToImmutable(),
            partitions.ToImmutable())
        {
            DeletedTopics = deletedTopics.ToImmutable(),
        };
        return changes;
    }

    /// <summary>An entry as it is stored.</summary>
    public MetadataEntry? Find(string key) => _entries.GetValueOrDefault(key);

    /// <summary>All entries under a prefix.</summary>
    public IEnumerable<MetadataEntry> Under(string prefix) =>
        _entries.Values.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal));

    private List<string> Deleted(MetadataUpdate update)
    {
        if (!update.IsSnapshot) return [.. update.Deleted];
        HashSet<string> present = [.. update.Put.Select(entry => entry.Key)];
        return [.. _entries.Keys.Where(key => !present.Contains(key))];
    }
}

/// <summary>What an update has changed: entries put, and keys deleted, for which there is no entry.</summary>
internal sealed class ClusterChanges(bool isSnapshot)
{
    public bool IsSnapshot { get; } = isSnapshot;

    public List<(string Key, MetadataEntry? Entry)> Entries { get; } = [];
}
