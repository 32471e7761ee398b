namespace LogStore.KafkaProtocol.Topics;

/// <summary>What is done with a setting (KIP-339).</summary>
public enum ConfigOperation : sbyte
{
    /// <summary>It gets the value.</summary>
    Set = 0,

    /// <summary>It falls back to its default.</summary>
    Delete = 1,

    /// <summary>The values, separated by commas, are added to its list.</summary>
    Append = 2,

    /// <summary>The values, separated by commas, are taken from its list.</summary>
    Subtract = 3,
}
