using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Groups;

/// <summary>Deletes groups without members (KIP-229).</summary>
public sealed class DeleteGroupsRequest : IRequest<DeleteGroupsResponse>
{
    /// <summary>The groups.</summary>
    public string[] GroupIds = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DeleteGroups;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct =>
        codec.Array(ref GroupIds);
}

/// <summary>What became of each group.</summary>
public sealed class DeleteGroupsResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>The groups.</summary>
    public Group[] Groups = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DeleteGroups;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Groups, version);
    }

    /// <summary>A group.</summary>
    public struct Group : IWireMessage
    {
        /// <summary>The group.</summary>
        public string GroupId;

        /// <summary>What became of this group.</summary>
        public ErrorCode ErrorCode;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref GroupId);
            codec.Enum(ref ErrorCode);
        }
    }
}
