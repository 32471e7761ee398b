namespace LogStore.Cli.Topics;

/// <summary>Settings from the command line.</summary>
internal static class TopicConfig
{
    /// <summary>A configuration with these settings changed.</summary>
    /// <exception cref="InvalidConfigException">A setting is not known or its value does not fit it.</exception>
    public static LogConfig With(LogConfig config, IEnumerable<KeyValuePair<string, string>> settings) =>
        settings.Aggregate(config, (current, setting) => current.With(setting.Key, setting.Value));

    /// <summary>The settings that differ from the defaults, as <c>key=value key=value</c>; "-" for none.</summary>
    public static string Describe(LogConfig config)
    {
        string text = string.Join(' ', config.Overrides().Select(setting => $"{setting.Key}={setting.Value}"));
        return text.Length == 0 ? "-" : text;
    }
}
