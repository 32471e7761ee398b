using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol;

/// <summary>The body of a response.</summary>
public interface IResponse : IWireMessage
{
    /// <summary>The API that it belongs to.</summary>
    public static abstract ApiKey Api { get; }
}
