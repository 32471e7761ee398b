using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Groups;

/// <summary>Asks for the groups that this broker coordinates.</summary>
/// <remarks>Version 4: by state (KIP-518). 5: by type (KIP-848).</remarks>
public sealed class ListGroupsRequest : IRequest<ListGroupsResponse>
{
    /// <summary>Only groups in one of these states, in any case; empty for all.</summary>
    public string[] StatesFilter = [];

    /// <summary>Only groups of one of these types, in any case; empty for all.</summary>
    public string[] TypesFilter = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.ListGroups;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        if (version >= 4) codec.Array(ref StatesFilter);
        if (version >= 5) codec.Array(ref TypesFilter);
    }
}

/// <summary>The groups that this broker coordinates.</summary>
public sealed class ListGroupsResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>The groups.</summary>
    public Group[] Groups = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.ListGroups;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        if (version >= 1) codec.Int32(ref ThrottleTimeMs);
        codec.Enum(ref ErrorCode);
        codec.Array(ref Groups, version);
    }

    /// <summary>A group.</summary>
    public struct Group : IWireMessage
    {
        /// <summary>The group.</summary>
        public string GroupId;

        /// <summary>What kind of group it is, <c>consumer</c> for consumers.</summary>
        public string ProtocolType;

        /// <summary>Its state: <c>Stable</c>, for one.</summary>
        public string GroupState;

        /// <summary>By which protocol it is kept: <c>classic</c> or <c>consumer</c>.</summary>
        public string GroupType;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref GroupId);
            codec.String(ref ProtocolType);
            if (version >= 4) codec.String(ref GroupState);
            if (version >= 5) codec.String(ref GroupType);
        }
    }
}
