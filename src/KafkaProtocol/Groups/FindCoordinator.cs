using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Groups;

/// <summary>Asks which broker coordinates a group or a transactional id.</summary>
/// <remarks>Version 1: transactional ids (KIP-98).</remarks>
public sealed class FindCoordinatorRequest : IRequest<FindCoordinatorResponse>
{
    /// <summary>The group id or the transactional id.</summary>
    public string Key = "";

    /// <summary>What the key is.</summary>
    public CoordinatorType KeyType;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.FindCoordinator;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.String(ref Key);
        if (version >= 1) codec.Enum(ref KeyType);
    }
}

/// <summary>The broker that coordinates it.</summary>
public sealed class FindCoordinatorResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>What went wrong, for a person to read; null if nothing did.</summary>
    public string? ErrorMessage;

    /// <summary>The broker's id; -1 on an error.</summary>
    public int NodeId = -1;

    /// <summary>The host name or address to connect to.</summary>
    public string Host = "";

    /// <summary>The port to connect to; -1 on an error.</summary>
    public int Port = -1;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.FindCoordinator;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        if (version >= 1) codec.Int32(ref ThrottleTimeMs);
        codec.Enum(ref ErrorCode);
        if (version >= 1) codec.NullableString(ref ErrorMessage);
        codec.Int32(ref NodeId);
        codec.String(ref Host);
        codec.Int32(ref Port);
    }
}
