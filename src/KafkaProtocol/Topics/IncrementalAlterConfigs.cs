using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Topics;

/// <summary>Changes single settings of topics and brokers (KIP-339).</summary>
public sealed class IncrementalAlterConfigsRequest : IRequest<IncrementalAlterConfigsResponse>
{
    /// <summary>The resources.</summary>
    public Resource[] Resources = [];

    /// <summary>Whether to check the request and change nothing.</summary>
    public bool ValidateOnly;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.IncrementalAlterConfigs;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Array(ref Resources, version);
        codec.Boolean(ref ValidateOnly);
    }

    /// <summary>A resource.</summary>
    public struct Resource : IWireMessage
    {
        /// <summary>The kind of resource.</summary>
        public ConfigResourceType ResourceType;

        /// <summary>The name of the resource.</summary>
        public string ResourceName;

        /// <summary>The settings.</summary>
        public Config[] Configs;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Enum(ref ResourceType);
            codec.String(ref ResourceName);
            codec.Array(ref Configs, version);
        }
    }

    /// <summary>A setting.</summary>
    public struct Config : IWireMessage
    {
        /// <summary>The setting's name.</summary>
        public string Name;

        /// <summary>What to do with the value.</summary>
        public ConfigOperation Operation;

        /// <summary>The value; null where it is not needed.</summary>
        public string? Value;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref Name);
            codec.Enum(ref Operation);
            codec.NullableString(ref Value);
        }
    }
}

/// <summary>What became of each resource.</summary>
public sealed class IncrementalAlterConfigsResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>The resources.</summary>
    public Resource[] Resources = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.IncrementalAlterConfigs;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Int32(ref ThrottleTimeMs);
        codec.Array(ref Resources, version);
    }

    /// <summary>A resource.</summary>
    public struct Resource : IWireMessage
    {
        /// <summary>What became of this resource.</summary>
        public ErrorCode ErrorCode;

        /// <summary>What went wrong, for a person to read; null if nothing did.</summary>
        public string? ErrorMessage;

        /// <summary>The kind of resource.</summary>
        public ConfigResourceType ResourceType;

        /// <summary>The name of the resource.</summary>
        public string ResourceName;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Enum(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
            codec.Enum(ref ResourceType);
            codec.String(ref ResourceName);
        }
    }
}
