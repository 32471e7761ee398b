using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Security;

/// <summary>Deletes the rules that fit descriptions (KIP-140).</summary>
/// <remarks>Version 1: pattern types (KIP-290).</remarks>
public sealed class DeleteAclsRequest : IRequest<DeleteAclsResponse>
{
    /// <summary>What to delete: every rule that fits any of them.</summary>
    public Filter[] Filters = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DeleteAcls;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct =>
        codec.Array(ref Filters, version);

    /// <summary>A description of rules.</summary>
    public struct Filter : IWireMessage
    {
        /// <summary>Makes one with the protocol's defaults.</summary>
        public Filter()
        {
        }

        /// <summary>The kind of resource that is looked for.</summary>
        public AclResourceType ResourceType;

        /// <summary>The name that is looked for; null for any.</summary>
        public string? ResourceName;

        /// <summary>How the name is meant.</summary>
        public AclPatternType PatternType = AclPatternType.Literal;

        /// <summary>Whose rules are looked for; null for any.</summary>
        public string? Principal;

        /// <summary>The address that is looked for; null for any.</summary>
        public string? Host;

        /// <summary>The operation that is looked for.</summary>
        public AclOperation Operation;

        /// <summary>The permission that is looked for.</summary>
        public AclPermissionType PermissionType;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Enum(ref ResourceType);
            codec.NullableString(ref ResourceName);
            if (version >= 1) codec.Enum(ref PatternType);
            codec.NullableString(ref Principal);
            codec.NullableString(ref Host);
            codec.Enum(ref Operation);
            codec.Enum(ref PermissionType);
        }
    }
}

/// <summary>The rules that were deleted.</summary>
public sealed class DeleteAclsResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>What became of each filter, in the order of the request.</summary>
    public FilterResult[] FilterResults = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DeleteAcls;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref FilterResults, version);
    }

    /// <summary>What became of a filter.</summary>
    public struct FilterResult : IWireMessage
    {
        /// <summary>What became of this filter.</summary>
        public ErrorCode ErrorCode;

        /// <summary>What went wrong, for a person to read; null if nothing did.</summary>
        public string? ErrorMessage;

        /// <summary>The rules that fitted, and were deleted.</summary>
        public MatchingAcl[] MatchingAcls;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Enum(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
            codec.Array(ref MatchingAcls, version);
        }
    }

    /// <summary>A rule that fitted a filter.</summary>
    public struct MatchingAcl : IWireMessage
    {
        /// <summary>Makes one with the protocol's defaults.</summary>
        public MatchingAcl()
        {
        }

        /// <summary>What became of this rule.</summary>
        public ErrorCode ErrorCode;

        /// <summary>What went wrong, for a person to read; null if nothing did.</summary>
        public string? ErrorMessage;

        /// <summary>The kind of resource.</summary>
        public AclResourceType ResourceType;

        /// <summary>The name of the resource.</summary>
        public string ResourceName = "";

        /// <summary>How the name of the resource is meant.</summary>
        public AclPatternType PatternType = AclPatternType.Literal;

        /// <summary>Who the rule is about, as <c>User:name</c>.</summary>
        public string Principal = "";

        /// <summary>The address that the rule is about; <c>*</c> for any.</summary>
        public string Host = "";

        /// <summary>What the rule is about.</summary>
        public AclOperation Operation;

        /// <summary>Whether the rule allows or denies.</summary>
        public AclPermissionType PermissionType;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Enum(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
            codec.Enum(ref ResourceType);
            codec.String(ref ResourceName);
            if (version >= 1) codec.Enum(ref PatternType);
            codec.String(ref Principal);
            codec.String(ref Host);
            codec.Enum(ref Operation);
            codec.Enum(ref PermissionType);
        }
    }
}
