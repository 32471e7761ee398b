namespace LogStore.Cli.Topics;

/// <summary>A topic as it is shown.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its identity; null where it is not known.</param>
/// <param name="PartitionCount">How many partitions it has.</param>
/// <param name="Config">The settings that differ from the defaults, by name; null where one may not see them.</param>
internal sealed record TopicSummary(
    string Name, Guid? Id, int PartitionCount, IReadOnlyDictionary<string, string>? Config)
{
    /// <summary>The settings as <c>key=value key=value</c>; "-" for none, "?" where they are hidden.</summary>
    public string ConfigText => Config is null ? "?" : Config.Count == 0
        ? "-" : string.Join(' ', Config.Select(setting => $"{setting.Key}={setting.Value}"));
}
