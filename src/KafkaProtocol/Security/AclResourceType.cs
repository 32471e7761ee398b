namespace LogStore.KafkaProtocol.Security;

/// <summary>What a rule protects (KIP-11).</summary>
public enum AclResourceType : sbyte
{
    /// <summary>Nothing that is known here.</summary>
    Unknown = 0,

    /// <summary>Anything; only in what is looked for.</summary>
    Any = 1,

    /// <summary>A topic.</summary>
    Topic = 2,

    /// <summary>A group.</summary>
    Group = 3,

    /// <summary>The cluster, whose name is <c>kafka-cluster</c>.</summary>
    Cluster = 4,

    /// <summary>A transactional id.</summary>
    TransactionalId = 5,

    /// <summary>A delegation token.</summary>
    DelegationToken = 6,

    /// <summary>A user.</summary>
    User = 7,
}
