using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol;

/// <summary>The body of a request.</summary>
public interface IRequest : IWireMessage
{
    /// <summary>The API that it belongs to.</summary>
    public static abstract ApiKey Api { get; }
}

/// <summary>The body of a request that is answered by a <typeparamref name="TResponse"/> of the same version.</summary>
public interface IRequest<TResponse> : IRequest where TResponse : IResponse, new();
