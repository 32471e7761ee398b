using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol.Topics;

/// <summary>Asks for settings of topics and brokers (KIP-133).</summary>
/// <remarks>Version 1: synonyms and the source of values (KIP-226).</remarks>
public sealed class DescribeConfigsRequest : IRequest<DescribeConfigsResponse>
{
    /// <summary>The resources.</summary>
    public Resource[] Resources = [];

    /// <summary>Whether to say where each value could come from.</summary>
    public bool IncludeSynonyms;

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DescribeConfigs;

    /// <inheritdoc/>
    public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
    {
        codec.Array(ref Resources, version);
        if (version >= 1) codec.Boolean(ref IncludeSynonyms);
    }

    /// <summary>A resource.</summary>
    public struct Resource : IWireMessage
    {
        /// <summary>The kind of resource.</summary>
        public ConfigResourceType ResourceType;

        /// <summary>The name of the resource.</summary>
        public string ResourceName;

        /// <summary>The settings that are asked for; null for all.</summary>
        public string[]? ConfigNames;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Enum(ref ResourceType);
            codec.String(ref ResourceName);
            codec.NullableArray(ref ConfigNames);
        }
    }
}

/// <summary>Settings of topics and brokers.</summary>
public sealed class DescribeConfigsResponse : IResponse
{
    /// <summary>How long a quota has the client wait, in milliseconds; 0 for none (KIP-219).</summary>
    public int ThrottleTimeMs;

    /// <summary>The resources.</summary>
    public Resource[] Resources = [];

    /// <inheritdoc/>
    public static ApiKey Api => ApiKey.DescribeConfigs;

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

        /// <summary>The settings.</summary>
        public Config[] Configs;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.Enum(ref ErrorCode);
            codec.NullableString(ref ErrorMessage);
            codec.Enum(ref ResourceType);
            codec.String(ref ResourceName);
            codec.Array(ref Configs, version);
        }
    }

    /// <summary>A setting.</summary>
    public struct Config : IWireMessage
    {
        /// <summary>Makes one with the protocol's defaults.</summary>
        public Config()
        {
        }

        /// <summary>The setting's name.</summary>
        public string Name = "";

        /// <summary>Its value; null for a secret.</summary>
        public string? Value;

        /// <summary>Whether the setting cannot be changed while the broker runs.</summary>
        public bool ReadOnly;

        /// <summary>Whether the value is the default.</summary>
        public bool IsDefault;

        /// <summary>Where the value comes from.</summary>
        public ConfigSource ConfigSource;

        /// <summary>Whether the value is a secret, and therefore null here.</summary>
        public bool IsSensitive;

        /// <summary>All places where the value could come from, the deciding one first.</summary>
        public Synonym[] Synonyms = [];

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref Name);
            codec.NullableString(ref Value);
            codec.Boolean(ref ReadOnly);
            if (version == 0) codec.Boolean(ref IsDefault);
            if (version >= 1) codec.Enum(ref ConfigSource);
            codec.Boolean(ref IsSensitive);
            if (version >= 1) codec.Array(ref Synonyms, version);
        }
    }

    /// <summary>A place where the value of a setting could come from.</summary>
    public struct Synonym : IWireMessage
    {
        /// <summary>The setting's name there.</summary>
        public string Name;

        /// <summary>Its value; null for a secret.</summary>
        public string? Value;

        /// <summary>The place.</summary>
        public ConfigSource Source;

        /// <inheritdoc/>
        public void Visit<TCodec>(ref TCodec codec, short version) where TCodec : struct, IWireCodec, allows ref struct
        {
            codec.String(ref Name);
            codec.NullableString(ref Value);
            codec.Enum(ref Source);
        }
    }
}
