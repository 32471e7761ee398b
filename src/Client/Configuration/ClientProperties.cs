namespace LogStore.Client;

/// <summary>Settings by the ecosystem's own keys, from a dictionary or a file of <c>key=value</c> lines.</summary>
/// <remarks>
/// One set serves producers, consumers and administration alike: each takes its own keys and leaves the others alone. A
/// key that none of them knows is an error, for it is most likely a typing mistake.
/// </remarks>
public sealed class ClientProperties
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    private ClientProperties()
    {
    }

    /// <summary>Takes settings from a dictionary.</summary>
    /// <exception cref="InvalidConfigException">A key is unknown.</exception>
    public static ClientProperties From(IEnumerable<KeyValuePair<string, string>> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var properties = new ClientProperties();
        foreach ((string key, string value) in settings) properties.Add(key, new Entry(value, Place: ""));
        return properties;
    }

    /// <summary>Reads settings from a <see cref="SettingsFile"/>.</summary>
    /// <exception cref="InvalidConfigException">
    /// A key is unknown, or a line is no setting; the message names the line.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ClientProperties Load(string path)
    {
        var properties = new ClientProperties();
        foreach ((int line, string key, string value) in SettingsFile.Read(path))
            properties.Add(key, new Entry(value, Place: $" ({path}, line {line})"));
        return properties;
    }

    /// <summary>The same with <paramref name="settings"/> added; they win over what is there.</summary>
    /// <exception cref="InvalidConfigException">A key is unknown.</exception>
    public ClientProperties With(IEnumerable<KeyValuePair<string, string>> settings)
    {
        ClientProperties merged = From(settings);
        foreach ((string key, Entry entry) in _entries) merged._entries.TryAdd(key, entry);
        return merged;
    }

    /// <summary>The same with <paramref name="defaults"/> for keys that it does not have.</summary>
    /// <exception cref="InvalidConfigException">A key is unknown.</exception>
    public ClientProperties WithDefaults(IEnumerable<KeyValuePair<string, string>> defaults)
    {
        ClientProperties merged = From(defaults);
        foreach ((string key, Entry entry) in _entries) merged._entries[key] = entry;
        return merged;
    }

    /// <summary>The keys, without the values, which may be secret.</summary>
    public override string ToString() => string.Join(", ", _entries.Keys);

    internal TOptions ApplyTo<TOptions>(TOptions options) where TOptions : ClientOptions
    {
        ClientOptions result = SecurityProperties.Apply(options, this);
        foreach ((string key, Entry entry) in _entries)
        {
            if (PropertyKeys.All[key] is not { } apply) continue;
            try
            {
                result = apply(result, entry.Value);
            }
            catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
            {
                throw Invalid(key, e.Message);
            }
        }

        return (TOptions)result;
    }

    /// <summary>The value of a key, or null.</summary>
    internal string? Find(string key) => _entries.TryGetValue(key, out Entry entry) ? entry.Value : null;

    internal InvalidConfigException Invalid(string key, string reason) =>
        new(key, reason.TrimEnd('.') + (_entries.TryGetValue(key, out Entry entry) ? entry.Place : ""));

    private void Add(string key, Entry entry)
    {
        if (!PropertyKeys.All.ContainsKey(key))
        {
            string? like = PropertyKeys.MostSimilar(key);
            throw new InvalidConfigException(
                key, $"there is no such setting{(like is null ? "" : $"; did you mean {like}?")}{entry.Place}");
        }

        _entries[key] = entry;
    }

    private readonly record struct Entry(string Value, string Place);
}
