using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Security;

/// <summary>Creates rules (KIP-140).</summary>
/// <remarks>Version 1: pattern types (KIP-290).</remarks>
public sealed class CreateAclsRequest : IRequest<CreateAclsResponse>
{
    /// <summary>The rules to create.</summary>
    public Creation[] Creations = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.CreateAcls;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct =>
        codec.Array(ref Creations, version);

    /// <summary>A rule to create.</summary>
    public struct Creation : IWireMessage
    {
        /// <summary>Makes one with the protocol's defaults.</summary>
        public Creation()
        {
        }

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

/// <summary>What became of each rule.</summary>
public sealed class CreateAclsResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>What became of each rule, in the order of the request.</summary>
    public Result[] Results = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.CreateAcls;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Results, version);
    }

    /// <summary>What became of one part of the request.</summary>
    public struct Result : IWireMessage
    {
        /// <summary>What became of this part of the request.</summary>
        public ErrorCode ErrorCode;

        /// <summary>What went wrong, for a person to read; null if nothing did.</summary>
        public string? ErrorMessage;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Enum(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
        }
    }
}
