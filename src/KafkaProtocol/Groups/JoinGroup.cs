using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Groups;

/// <summary>Joins a group, or joins it again in a rebalance.</summary>
/// <remarks>
/// Version 1: rebalance timeout (KIP-62). 4: the first join may be told to come again with a member id (KIP-394). 5:
/// static members (KIP-345).
/// </remarks>
public sealed class JoinGroupRequest : IRequest<JoinGroupResponse>
{
    /// <summary>The group.</summary>
    public string GroupId = "";

    /// <summary>How long the member may go without a heartbeat, in milliseconds.</summary>
    public int SessionTimeoutMs;

    /// <summary>
    /// How long the member may take to join again in a rebalance, in milliseconds; -1: as the session timeout (version
    /// 0).
    /// </summary>
    public int RebalanceTimeoutMs = -1;

    /// <summary>The id that the coordinator gave the member; empty when it joins for the first time.</summary>
    public string MemberId = "";

    /// <summary>The name of a static member, which outlives its restarts (KIP-345); null for a dynamic one.</summary>
    public string? GroupInstanceId;

    /// <summary>What kind of group it is, <c>consumer</c> for consumers.</summary>
    public string ProtocolType = "";

    /// <summary>The assignors that the member can work with, its favourite first.</summary>
    public Protocol[] Protocols = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.JoinGroup;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.String(ref GroupId);
        codec.Int32(ref SessionTimeoutMs);
        if (version >= 1) codec.Int32(ref RebalanceTimeoutMs);
        codec.String(ref MemberId);
        if (version >= 5) codec.NullableString(ref GroupInstanceId);
        codec.String(ref ProtocolType);
        codec.Array(ref Protocols, version);
    }

    /// <summary>An assignor that the member can work with.</summary>
    public struct Protocol : IWireMessage
    {
        /// <summary>The assignor's name.</summary>
        public string Name;

        /// <summary>
        /// What the member tells the assignor: a <see cref="ConsumerProtocol.ConsumerSubscription"/> if it is a
        /// consumer.
        /// </summary>
        public ReadOnlyMemory<byte> Metadata;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref Name);
            codec.Bytes(ref Metadata);
        }
    }
}

/// <summary>The member's place in the group's new generation.</summary>
public sealed class JoinGroupResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>The group's new generation; -1 on an error.</summary>
    public int GenerationId = -1;

    /// <summary>The assignor that all members can work with.</summary>
    public string ProtocolName = "";

    /// <summary>The member that makes the assignment.</summary>
    public string Leader = "";

    /// <summary>The id that the coordinator gave the member.</summary>
    public string MemberId = "";

    /// <summary>All members, told only to the leader.</summary>
    public Member[] Members = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.JoinGroup;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        if (version >= 2) codec.Int32(ref ThrottleTimeMs);
        codec.Enum(ref ErrorCode);
        codec.Int32(ref GenerationId);
        codec.String(ref ProtocolName);
        codec.String(ref Leader);
        codec.String(ref MemberId);
        codec.Array(ref Members, version);
    }

    /// <summary>A member of the group.</summary>
    public struct Member : IWireMessage
    {
        /// <summary>The id that the coordinator gave the member.</summary>
        public string MemberId;

        /// <summary>
        /// The name of a static member, which outlives its restarts (KIP-345); null for a dynamic one.
        /// </summary>
        public string? GroupInstanceId;

        /// <summary>
        /// What the member tells the assignor: a <see cref="ConsumerProtocol.ConsumerSubscription"/> if it is a
        /// consumer.
        /// </summary>
        public ReadOnlyMemory<byte> Metadata;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref MemberId);
            if (version >= 5) codec.NullableString(ref GroupInstanceId);
            codec.Bytes(ref Metadata);
        }
    }
}
