using LogStore.KafkaProtocol.Security;

namespace LogStore.Cli.Acls;

/// <summary>The ecosystem's words for what rules are made of.</summary>
internal static class AclWords
{
    /// <summary>The operations that can be allowed or denied, by name.</summary>
    public static (string Word, AclOperation Value)[] Operations { get; } =
    [
        ("all", AclOperation.All), ("read", AclOperation.Read), ("write", AclOperation.Write),
        ("create", AclOperation.Create), ("delete", AclOperation.Delete), ("alter", AclOperation.Alter),
        ("describe", AclOperation.Describe), ("cluster-action", AclOperation.ClusterAction),
        ("describe-configs", AclOperation.DescribeConfigs), ("alter-configs", AclOperation.AlterConfigs),
        ("idempotent-write", AclOperation.IdempotentWrite),
    ];

    /// <summary>The operation of a name, written <c>describe-configs</c> or <c>DescribeConfigs</c>; null for none.</summary>
    public static AclOperation? FindOperation(string text)
    {
        string plain = text.Replace("-", "", StringComparison.Ordinal);
        foreach ((string word, AclOperation value) in Operations)
        {
            if (string.Equals(word.Replace("-", "", StringComparison.Ordinal), plain, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        return null;
    }

    public static string Of(AclOperation operation)
    {
        foreach ((string word, AclOperation value) in Operations)
        {
            if (value == operation) return word;
        }

        return operation.ToString();
    }

    public static string Of(AclPermissionType permission) => permission switch
    {
        AclPermissionType.Allow => "allow",
        AclPermissionType.Deny => "deny",
        _ => permission.ToString(),
    };

    public static string Of(AclResourceType type) => type switch
    {
        AclResourceType.Topic => "topic",
        AclResourceType.Group => "group",
        AclResourceType.Cluster => "cluster",
        _ => type.ToString(),
    };

    public static string Of(AclPatternType pattern) => pattern switch
    {
        AclPatternType.Literal => "literal",
        AclPatternType.Prefixed => "prefixed",
        _ => pattern.ToString(),
    };
}
