namespace LogStore.KafkaProtocol.Topics;

/// <summary>What has settings.</summary>
public enum ConfigResourceType : sbyte
{
    /// <summary>Nothing that is known here.</summary>
    Unknown = 0,

    /// <summary>A topic, by its name.</summary>
    Topic = 2,

    /// <summary>A broker, by its id in decimal; the empty name stands for all brokers.</summary>
    Broker = 4,

    /// <summary>A broker's log levels, by its id in decimal (KIP-412).</summary>
    BrokerLogger = 8,
}
