using LogStore.KafkaProtocol.Security;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Groups;

/// <summary>Asks for the state and the members of groups.</summary>
/// <remarks>Version 3: authorized operations (KIP-430). 4: static members (KIP-345).</remarks>
public sealed class DescribeGroupsRequest : IRequest<DescribeGroupsResponse>
{
    /// <summary>The groups.</summary>
    public string[] GroupIds = [];

    /// <summary>Whether to say what the principal may do with each group.</summary>
    public bool IncludeAuthorizedOperations;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DescribeGroups;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Array(ref GroupIds);
        if (version >= 3) codec.Boolean(ref IncludeAuthorizedOperations);
    }
}

/// <summary>The state and the members of groups.</summary>
public sealed class DescribeGroupsResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>The groups.</summary>
    public Group[] Groups = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DescribeGroups;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        if (version >= 1) codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Groups, version);
    }

    /// <summary>A group.</summary>
    public struct Group : IWireMessage
    {
        /// <summary>Makes one with the protocol's defaults.</summary>
        public Group()
        {
        }

        /// <summary>What became of this group.</summary>
        public ErrorCode ErrorCode;

        /// <summary>The group.</summary>
        public string GroupId = "";

        /// <summary>
        /// The group's state: <c>Empty</c>, <c>PreparingRebalance</c>, <c>CompletingRebalance</c>, <c>Stable</c> or
        /// <c>Dead</c>.
        /// </summary>
        public string State = "";

        /// <summary>What kind of group it is, <c>consumer</c> for consumers.</summary>
        public string ProtocolType = "";

        /// <summary>The assignor in use; empty if there is none.</summary>
        public string ProtocolData = "";

        /// <summary>The members.</summary>
        public Member[] Members = [];

        /// <summary>
        /// What the principal may do with the group, as a set of bits (KIP-430): see <see cref="AclOperations"/>.
        /// </summary>
        public int AuthorizedOperations = AclOperations.NotAsked;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Enum(ref ErrorCode);
            codec.String(ref GroupId);
            codec.String(ref State);
            codec.String(ref ProtocolType);
            codec.String(ref ProtocolData);
            codec.Array(ref Members, version);
            if (version >= 3) codec.Int32(ref AuthorizedOperations);
        }
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

        /// <summary>The name that the client gave itself.</summary>
        public string ClientId;

        /// <summary>The address that the client came from.</summary>
        public string ClientHost;

        /// <summary>What the member told the assignor in use.</summary>
        public ReadOnlyMemory<byte> MemberMetadata;

        /// <summary>What the member was assigned.</summary>
        public ReadOnlyMemory<byte> MemberAssignment;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref MemberId);
            if (version >= 4) codec.NullableString(ref GroupInstanceId);
            codec.String(ref ClientId);
            codec.String(ref ClientHost);
            codec.Bytes(ref MemberMetadata);
            codec.Bytes(ref MemberAssignment);
        }
    }
}
