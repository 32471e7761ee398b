namespace LogStore;

/// <summary>A setting has no such name, or not such a value.</summary>
public sealed class InvalidConfigException : LogStoreException
{
    /// <summary>Makes the error for the setting <paramref name="key"/>.</summary>
    public InvalidConfigException(string key, string reason) : base($"Invalid setting {key}: {reason}.") => Key = key;

    /// <summary>The setting's name.</summary>
    public string Key { get; }
}
