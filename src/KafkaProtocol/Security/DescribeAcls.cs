using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Security;

/// <summary>Asks for the rules that fit a description (KIP-140).</summary>
/// <remarks>Version 1: pattern types (KIP-290).</remarks>
public sealed class DescribeAclsRequest : IRequest<DescribeAclsResponse>
{
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
    public static ApiKey Api => ApiKey.DescribeAcls;

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

/// <summary>The rules that fit.</summary>
public sealed class DescribeAclsResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>What became of the request.</summary>
    public ErrorCode ErrorCode;

    /// <summary>What went wrong, for a person to read; null if nothing did.</summary>
    public string? ErrorMessage;

    /// <summary>The resources.</summary>
    public Resource[] Resources = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DescribeAcls;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Enum(ref ErrorCode);
        codec.NullableString(ref ErrorMessage);
        codec.Array(ref Resources, version);
    }

    /// <summary>A resource.</summary>
    public struct Resource : IWireMessage
    {
        /// <summary>Makes one with the protocol's defaults.</summary>
        public Resource()
        {
        }

        /// <summary>The kind of resource.</summary>
        public AclResourceType ResourceType;

        /// <summary>The name of the resource.</summary>
        public string ResourceName = "";

        /// <summary>How the name of the resource is meant.</summary>
        public AclPatternType PatternType = AclPatternType.Literal;

        /// <summary>The rules.</summary>
        public Acl[] Acls = [];

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Enum(ref ResourceType);
            codec.String(ref ResourceName);
            if (version >= 1) codec.Enum(ref PatternType);
            codec.Array(ref Acls, version);
        }
    }

    /// <summary>A rule.</summary>
    public struct Acl : IWireMessage
    {
        /// <summary>Who the rule is about, as <c>User:name</c>.</summary>
        public string Principal;

        /// <summary>The address that the rule is about; <c>*</c> for any.</summary>
        public string Host;

        /// <summary>What the rule is about.</summary>
        public AclOperation Operation;

        /// <summary>Whether the rule allows or denies.</summary>
        public AclPermissionType PermissionType;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref Principal);
            codec.String(ref Host);
            codec.Enum(ref Operation);
            codec.Enum(ref PermissionType);
        }
    }
}
