using LogStore.KafkaProtocol.Topics;

namespace LogStore.Client;

/// <summary>What has settings: a topic, or a broker.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="Name">The topic's name, or the broker's number.</param>
public readonly record struct ConfigResource(ConfigResourceType Type, string Name)
{
    /// <summary>A topic.</summary>
    public static ConfigResource Topic(string name) => new(ConfigResourceType.Topic, name);

    /// <summary>A broker.</summary>
    public static ConfigResource Broker(int id) =>
        new(ConfigResourceType.Broker, id.ToString(System.Globalization.CultureInfo.InvariantCulture));
}

/// <summary>A setting as it is in force.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value; null if it has none, or if it is secret.</param>
/// <param name="Source">Where the value comes from.</param>
/// <param name="IsReadOnly">Whether it takes a restart to change it.</param>
/// <param name="IsSensitive">Whether the value is secret.</param>
public sealed record ConfigEntry(string Name, string? Value, ConfigSource Source, bool IsReadOnly, bool IsSensitive)
{
    /// <summary>Whether nobody has set it.</summary>
    public bool IsDefault => Source == ConfigSource.DefaultConfig;
}

/// <summary>A change of one setting.</summary>
/// <param name="Name">The setting.</param>
/// <param name="Operation">What is done to it.</param>
/// <param name="Value">The value; null for <see cref="ConfigOperation.Delete"/>.</param>
public readonly record struct ConfigChange(string Name, ConfigOperation Operation, string? Value)
{
    /// <summary>Sets it.</summary>
    public static ConfigChange Set(string name, string value) => new(name, ConfigOperation.Set, value);

    /// <summary>Goes back to the default.</summary>
    public static ConfigChange Delete(string name) => new(name, ConfigOperation.Delete, null);
}
