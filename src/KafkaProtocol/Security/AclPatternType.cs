namespace LogStore.KafkaProtocol.Security;

/// <summary>How the name of a resource is meant (KIP-290).</summary>
public enum AclPatternType : sbyte
{
    /// <summary>In no way that is known here.</summary>
    Unknown = 0,

    /// <summary>The rules by this name, literal or prefixed; only in what is looked for.</summary>
    Any = 1,

    /// <summary>The rules that would decide about this name; only in what is looked for.</summary>
    Match = 2,

    /// <summary>Exactly this name; <c>*</c> is any name.</summary>
    Literal = 3,

    /// <summary>Every name that begins with this one.</summary>
    Prefixed = 4,
}
