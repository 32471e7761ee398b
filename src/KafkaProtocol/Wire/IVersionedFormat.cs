namespace LogStore.KafkaProtocol.Wire;

/// <summary>
/// A format that says its own version, in the two bytes in front of it: what is embedded in other messages or stored in
/// records. None of those here is flexible.
/// </summary>
public interface IVersionedFormat : IWireMessage
{
    /// <summary>The lowest version, inclusive.</summary>
    public static abstract short MinVersion { get; }

    /// <summary>The highest version that is known here, inclusive.</summary>
    public static abstract short MaxVersion { get; }

    /// <summary>
    /// Whether newer versions only ever add fields at the end, so that they can be read as the highest one known here.
    /// </summary>
    public static virtual bool NewerVersionsAddAtTheEnd => false;
}
