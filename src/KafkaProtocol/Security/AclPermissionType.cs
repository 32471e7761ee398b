namespace LogStore.KafkaProtocol.Security;

/// <summary>What a rule does.</summary>
public enum AclPermissionType : sbyte
{
    /// <summary>Nothing that is known here.</summary>
    Unknown = 0,

    /// <summary>Allow or deny; only in what is looked for.</summary>
    Any = 1,

    /// <summary>It denies, whatever other rules allow.</summary>
    Deny = 2,

    /// <summary>It allows.</summary>
    Allow = 3,
}
