using System.Globalization;
using LogStore.Records;

namespace LogStore;

/// <summary>Reads and writes <see cref="LogConfig"/> as the ecosystem's text: <c>retention.ms=60000</c>.</summary>
public static class LogConfigKeys
{
    private static readonly Dictionary<CleanupPolicy, string> PolicyNames = new()
    {
        [CleanupPolicy.Delete] = "delete",
        [CleanupPolicy.Compact] = "compact",
        [CleanupPolicy.Compact | CleanupPolicy.Delete] = "compact,delete",
    };

    private static readonly Dictionary<string, Setting> Settings = new(StringComparer.Ordinal)
    {
        ["segment.bytes"] = Int32(config => config.SegmentBytes, (config, value) => config with { SegmentBytes = value }),
        ["segment.ms"] = Int64(config => config.SegmentMs, (config, value) => config with { SegmentMs = value }),
        ["segment.index.bytes"] =
            Int32(config => config.SegmentIndexBytes, (config, value) => config with { SegmentIndexBytes = value }),
        ["index.interval.bytes"] =
            Int32(config => config.IndexIntervalBytes, (config, value) => config with { IndexIntervalBytes = value }),
        ["retention.ms"] = Int64(config => config.RetentionMs, (config, value) => config with { RetentionMs = value }),
        ["retention.bytes"] =
            Int64(config => config.RetentionBytes, (config, value) => config with { RetentionBytes = value }),
        ["cleanup.policy"] = new(
            config => PolicyNames[config.CleanupPolicy],
            (config, text) => ParsePolicy(text) is { } policy ? config with { CleanupPolicy = policy } : null,
            "delete, compact, or both with a comma between them"),
        ["min.cleanable.dirty.ratio"] = new(
            config => config.MinCleanableDirtyRatio.ToString(CultureInfo.InvariantCulture),
            (config, text) => double.TryParse(text, CultureInfo.InvariantCulture, out double value)
                ? config with { MinCleanableDirtyRatio = value }
                : null,
            "a number from 0 to 1"),
        ["delete.retention.ms"] =
            Int64(config => config.DeleteRetentionMs, (config, value) => config with { DeleteRetentionMs = value }),
        ["min.compaction.lag.ms"] =
            Int64(config => config.MinCompactionLagMs, (config, value) => config with { MinCompactionLagMs = value }),
        ["max.compaction.lag.ms"] =
            Int64(config => config.MaxCompactionLagMs, (config, value) => config with { MaxCompactionLagMs = value }),
        ["min.insync.replicas"] =
            Int32(config => config.MinInsyncReplicas, (config, value) => config with { MinInsyncReplicas = value }),
        ["unclean.leader.election.enable"] =
            Boolean(config => config.UncleanLeaderElection, (config, value) => config with { UncleanLeaderElection = value }),
        // Batches are stored as their producers compress them; recompressing them would be another setting's value.
        ["compression.type"] = new(
            _ => "producer", (config, text) => text == "producer" ? config : null,
            "'producer': batches are stored as their producers compress them"),
        ["max.message.bytes"] =
            Int32(config => config.MaxMessageBytes, (config, value) => config with { MaxMessageBytes = value }),
        ["message.timestamp.type"] = new(
            config => config.MessageTimestampType.ToString(),
            (config, text) => text switch
            {
                "CreateTime" => config with { MessageTimestampType = TimestampType.CreateTime },
                "LogAppendTime" => config with { MessageTimestampType = TimestampType.LogAppendTime },
                _ => null,
            },
            "CreateTime or LogAppendTime"),
        ["message.timestamp.difference.max.ms"] = Int64(
            config => config.MessageTimestampDifferenceMaxMs,
            (config, value) => config with { MessageTimestampDifferenceMaxMs = value }),
        ["message.downconversion.enable"] =
            Boolean(config => config.MessageDownconversion, (config, value) => config with { MessageDownconversion = value }),
        ["message.format.version"] = new(
            config => config.MessageFormatVersion,
            (config, text) => IsRelease(text) ? config with { MessageFormatVersion = text } : null,
            "a release of Kafka, as in 3.0-IV1"),
        ["segment.jitter.ms"] =
            Int64(config => config.SegmentJitterMs, (config, value) => config with { SegmentJitterMs = value }),
        ["file.delete.delay.ms"] =
            Int64(config => config.FileDeleteDelayMs, (config, value) => config with { FileDeleteDelayMs = value }),
        ["flush.messages"] =
            Int64(config => config.FlushMessages, (config, value) => config with { FlushMessages = value }),
        ["flush.ms"] = Int64(config => config.FlushMs, (config, value) => config with { FlushMs = value }),
        ["preallocate"] = Boolean(config => config.Preallocate, (config, value) => config with { Preallocate = value }),
    };

    /// <summary>All setting names, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Settings.Keys.Order(StringComparer.Ordinal)];

    /// <summary>A copy of <paramref name="config"/> with one setting changed.</summary>
    /// <exception cref="InvalidConfigException">There is no such setting, or the value does not fit it.</exception>
    public static LogConfig With(this LogConfig config, string key, string value)
    {
        Setting setting = Find(key);
        return setting.Apply(config, value) ??
            throw new InvalidConfigException(key, $"'{value}' is not {setting.Expected}");
    }

    /// <summary>One setting as text.</summary>
    /// <exception cref="InvalidConfigException">There is no such setting.</exception>
    public static string Get(this LogConfig config, string key) => Find(key).Read(config);

    /// <summary>The settings that differ from the defaults, as text.</summary>
    public static IReadOnlyDictionary<string, string> Overrides(this LogConfig config) =>
        Settings.Where(setting => setting.Value.Read(config) != setting.Value.Read(LogConfig.Default))
            .OrderBy(setting => setting.Key, StringComparer.Ordinal)
            .ToDictionary(setting => setting.Key, setting => setting.Value.Read(config));

    private static CleanupPolicy? ParsePolicy(string text)
    {
        CleanupPolicy policy = CleanupPolicy.None;
        foreach (string name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            CleanupPolicy named = PolicyNames.FirstOrDefault(known => known.Value == name).Key;
            if (named == CleanupPolicy.None) return null;
            policy |= named;
        }

        return policy;
    }

    private static bool IsRelease(string text) => text.Length <= 20 && Version.TryParse(text.Split("-IV")[0], out _);

    private static Setting Find(string key) => Settings.TryGetValue(key, out Setting? setting)
        ? setting
        : throw new InvalidConfigException(key, $"there is no such setting; known are {string.Join(", ", Names)}");

    private static Setting Int32(Func<LogConfig, int> read, Func<LogConfig, int, LogConfig> apply) => new(
        config => read(config).ToString(CultureInfo.InvariantCulture),
        (config, text) => int.TryParse(text, CultureInfo.InvariantCulture, out int value) ? apply(config, value) : null,
        "a whole number of 32 bits");

    private static Setting Int64(Func<LogConfig, long> read, Func<LogConfig, long, LogConfig> apply) => new(
        config => read(config).ToString(CultureInfo.InvariantCulture),
        (config, text) => long.TryParse(text, CultureInfo.InvariantCulture, out long value) ? apply(config, value) : null,
        "a whole number of 64 bits");

    private static Setting Boolean(Func<LogConfig, bool> read, Func<LogConfig, bool, LogConfig> apply) => new(
        config => read(config) ? "true" : "false",
        (config, text) => text switch
        {
            "true" => apply(config, true),
            "false" => apply(config, false),
            _ => null,
        },
        "true or false");

    private sealed record Setting(
        Func<LogConfig, string> Read, Func<LogConfig, string, LogConfig?> Apply, string Expected);
}
