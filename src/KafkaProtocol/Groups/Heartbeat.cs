using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Groups;

/// <summary>Says that the member is alive.</summary>
/// <remarks>Version 3: static members (KIP-345).</remarks>
public sealed class HeartbeatRequest : IRequest<HeartbeatResponse>
{
    /// <summary>The group.</summary>
    public string GroupId = "";

    /// <summary>The group's generation, as the member knows it.</summary>
    public int GenerationId;

    /// <summary>The member, by the id that the coordinator gave it.</summary>
    public string MemberId = "";

    /// <summary>The name of a static member, which outlives its restarts (KIP-345); null for a dynamic one.</summary>
    public string? GroupInstanceId;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.Heartbeat;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.String(ref GroupId);
        codec.Int32(ref GenerationId);
        codec.String(ref MemberId);
        if (version >= 3) codec.NullableString(ref GroupInstanceId);
    }
}

/// <summary>Whether the member may go on, or has to join again.</summary>
public sealed class HeartbeatResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.Heartbeat;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        if (version >= 1) codec.Int32(ref ThrottleTimeMs);
        codec.Enum(ref ErrorCode);
    }
}
