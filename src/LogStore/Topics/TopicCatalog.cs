using System.Text.Json;
using System.Text.Json.Serialization;
using LogStore.IO;

namespace LogStore.Topics;

/// <summary>
/// The topics of a data directory, in its file <c>topics.json</c>, which is replaced whole at each change. Drawn in
/// docs/FORMAT.md, which must change with this file.
/// </summary>
/// <remarks>Not thread-safe: <see cref="DataDirectory"/> makes one change at a time.</remarks>
internal sealed partial class TopicCatalog
{
    public const string FileName = "topics.json";

    private const int Version = 1;

    private readonly SortedDictionary<string, Topic> _topics = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Topic> Topics => _topics.Values;

    /// <summary>Topics whose deletion was decided but whose files may still be there.</summary>
    public List<Topic> Deleting { get; } = [];

    /// <exception cref="CorruptLogException">The file is there and says nothing sensible.</exception>
    public static TopicCatalog Load(Storage storage, string directory)
    {
        string path = Path.Combine(directory, FileName);
        TopicCatalog catalog = new();
        byte[]? content = storage.TryReadFile(path);
        if (content is null) return catalog;
        try
        {
            CatalogFile file = JsonSerializer.Deserialize(content, CatalogJson.Default.CatalogFile)!;
            if (file.Version != Version) throw new CorruptLogException(path, 0, $"its version is {file.Version}, not {Version}");
            foreach (CatalogEntry entry in file.Topics) catalog._topics.Add(entry.Name, entry.ToTopic());
            catalog.Deleting.AddRange(file.Deleting.Select(entry => entry.ToTopic()));
            return catalog;
        }
        catch (Exception exception) when (exception is JsonException or InvalidConfigException or InvalidTopicException
                                            or ArgumentException)
        {
            throw new CorruptLogException(path, 0, exception.Message.TrimEnd('.'), exception);
        }
    }

    public void Save(Storage storage, string directory)
    {
        CatalogFile file = new(
            Version, [.. _topics.Values.Select(CatalogEntry.From)], [.. Deleting.Select(CatalogEntry.From)]);
        storage.ReplaceFile(
            Path.Combine(directory, FileName), JsonSerializer.SerializeToUtf8Bytes(file, CatalogJson.Default.CatalogFile));
    }

    public Topic? Find(string name) => _topics.GetValueOrDefault(name);

    public void Put(Topic topic) => _topics[topic.Name] = topic;

    public void Remove(Topic topic) => _topics.Remove(topic.Name);

    internal sealed record CatalogFile(int Version, CatalogEntry[] Topics, CatalogEntry[] Deleting);

    internal sealed record CatalogEntry(string Name, Guid Id, int Partitions, Dictionary<string, string> Config)
    {
        public static CatalogEntry From(Topic topic) =>
            new(topic.Name, topic.Id, topic.PartitionCount, new Dictionary<string, string>(topic.Config.Overrides()));

        public Topic ToTopic() => new(
            TopicName.Validate(Name), Id, Topic.CheckPartitionCount(Partitions),
            Config.Aggregate(LogConfig.Default, (config, setting) => config.With(setting.Key, setting.Value)));
    }

    [JsonSourceGenerationOptions(
        WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(CatalogFile))]
    private sealed partial class CatalogJson : JsonSerializerContext;
}
