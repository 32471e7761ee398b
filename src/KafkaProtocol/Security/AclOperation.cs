namespace LogStore.KafkaProtocol.Security;

/// <summary>What a rule is about (KIP-11).</summary>
public enum AclOperation : sbyte
{
    /// <summary>Nothing that is known here.</summary>
    Unknown = 0,

    /// <summary>Any operation; only in what is looked for.</summary>
    Any = 1,

    /// <summary>Every operation.</summary>
    All = 2,

    /// <summary>Fetch from a topic, commit in a group.</summary>
    Read = 3,

    /// <summary>Produce to a topic, use a transactional id.</summary>
    Write = 4,

    /// <summary>Create topics.</summary>
    Create = 5,

    /// <summary>Delete topics, records or groups.</summary>
    Delete = 6,

    /// <summary>Add partitions, change rules.</summary>
    Alter = 7,

    /// <summary>See that it exists, and its metadata.</summary>
    Describe = 8,

    /// <summary>Speak as one of the cluster's brokers.</summary>
    ClusterAction = 9,

    /// <summary>See settings.</summary>
    DescribeConfigs = 10,

    /// <summary>Change settings.</summary>
    AlterConfigs = 11,

    /// <summary>Get a producer id.</summary>
    IdempotentWrite = 12,

    /// <summary>Create delegation tokens for others.</summary>
    CreateTokens = 13,

    /// <summary>See others' delegation tokens.</summary>
    DescribeTokens = 14,
}
