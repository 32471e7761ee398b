namespace LogStore.KafkaProtocol.Topics;

/// <summary>Where the value of a setting comes from (KIP-226).</summary>
public enum ConfigSource : sbyte
{
    /// <summary>Nowhere that is known here.</summary>
    Unknown = 0,

    /// <summary>The topic's own settings.</summary>
    TopicConfig = 1,

    /// <summary>What was set for the broker while it ran.</summary>
    DynamicBrokerConfig = 2,

    /// <summary>What was set for all brokers while they ran.</summary>
    DynamicDefaultBrokerConfig = 3,

    /// <summary>The broker's configuration file.</summary>
    StaticBrokerConfig = 4,

    /// <summary>The built-in default.</summary>
    DefaultConfig = 5,

    /// <summary>What was set for a logger of the broker while it ran.</summary>
    DynamicBrokerLoggerConfig = 6,
}
