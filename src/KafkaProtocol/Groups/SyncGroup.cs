using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Groups;

/// <summary>Asks for the member's assignment; the leader brings everyone's along.</summary>
/// <remarks>Version 3: static members (KIP-345).</remarks>
public sealed class SyncGroupRequest : IRequest<SyncGroupResponse>
{
    /// <summary>The group.</summary>
    public string GroupId = "";

    /// <summary>The group's generation, as the member knows it.</summary>
    public int GenerationId;

    /// <summary>The member, by the id that the coordinator gave it.</summary>
    public string MemberId = "";

    /// <summary>The name of a static member, which outlives its restarts (KIP-345); null for a dynamic one.</summary>
    public string? GroupInstanceId;

    /// <summary>The leader's assignment, member by member; empty from the others.</summary>
    public MemberAssignment[] Assignments = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.SyncGroup;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.String(ref GroupId);
        codec.Int32(ref GenerationId);
        codec.String(ref MemberId);
        if (version >= 3) codec.NullableString(ref GroupInstanceId);
        codec.Array(ref Assignments, version);
    }

    /// <summary>A member's share of the work.</summary>
    public struct MemberAssignment : IWireMessage
    {
        /// <summary>The member, by the id that the coordinator gave it.</summary>
        public string MemberId;

        /// <summary>
        /// What the member is to work on: a <see cref="ConsumerProtocol.ConsumerAssignment"/> if it is a consumer.
        /// </summary>
        public ReadOnlyMemory<byte> Assignment;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref MemberId);
            codec.Bytes(ref Assignment);
        }
    }
}

/// <summary>The member's assignment.</summary>
public sealed class SyncGroupResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>
    /// What the member is to work on: a <see cref="ConsumerProtocol.ConsumerAssignment"/> if it is a consumer.
    /// </summary>
    public ReadOnlyMemory<byte> Assignment;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.SyncGroup;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        if (version >= 1) codec.Int32(ref ThrottleTimeMs);
        codec.Enum(ref ErrorCode);
        codec.Bytes(ref Assignment);
    }
}
