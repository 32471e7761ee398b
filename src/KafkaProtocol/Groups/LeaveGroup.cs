using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Groups;

/// <summary>Leaves a group: one member, or since version 3 several.</summary>
/// <remarks>Version 3: several members, by static names too (KIP-345).</remarks>
public sealed class LeaveGroupRequest : IRequest<LeaveGroupResponse>
{
    /// <summary>The group.</summary>
    public string GroupId = "";

    /// <summary>The member that leaves, up to version 2.</summary>
    public string MemberId = "";

    /// <summary>The members that leave, from version 3 on (KIP-345).</summary>
    public Member[] Members = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.LeaveGroup;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.String(ref GroupId);
        if (version <= 2) codec.String(ref MemberId);
        if (version >= 3) codec.Array(ref Members, version);
    }

    /// <summary>A member of the group.</summary>
    public struct Member : IWireMessage
    {
        /// <summary>The member that leaves.</summary>
        public string MemberId;

        /// <summary>
        /// The name of a static member, which outlives its restarts (KIP-345); null for a dynamic one.
        /// </summary>
        public string? GroupInstanceId;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref MemberId);
            codec.NullableString(ref GroupInstanceId);
        }
    }
}

/// <summary>What became of it.</summary>
public sealed class LeaveGroupResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>What became of each member.</summary>
    public Member[] Members = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.LeaveGroup;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        if (version >= 1) codec.Int32(ref ThrottleTimeMs);
        codec.Enum(ref ErrorCode);
        if (version >= 3) codec.Array(ref Members, version);
    }

    /// <summary>A member of the group.</summary>
    public struct Member : IWireMessage
    {
        /// <summary>The member, by the id that the coordinator gave it.</summary>
        public string MemberId;

        /// <summary>
        /// The name of a static member, which outlives its restarts (KIP-345); null for a dynamic one.
        /// </summary>
        public string? GroupInstanceId;

        /// <summary>What became of this member.</summary>
        public ErrorCode ErrorCode;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref MemberId);
            codec.NullableString(ref GroupInstanceId);
            codec.Enum(ref ErrorCode);
        }
    }
}
