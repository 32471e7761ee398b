using LogStore.KafkaProtocol.Security;

namespace LogStore.Broker.Security.Acls;

/// <summary>A rule: a principal, from a host, is allowed or denied an operation on resources of a name.</summary>
/// <param name="ResourceType">The kind of resource.</param>
/// <param name="Name">The resource's name; <c>*</c>, literal, for any.</param>
/// <param name="PatternType">Literal, or prefixed: every name that begins so.</param>
/// <param name="Principal">As in <c>User:orders</c>; <c>User:*</c> for anybody.</param>
/// <param name="Host">The address it asks from; <c>*</c> for any.</param>
/// <param name="Operation">The operation; <c>All</c> for every one.</param>
/// <param name="Permission">Whether it is allowed or denied.</param>
internal sealed record Acl(
    AclResourceType ResourceType, string Name, AclPatternType PatternType, string Principal, string Host,
    AclOperation Operation, AclPermissionType Permission)
{
    public const string Any = "*";
    public const string Anybody = "User:*";

    /// <summary>Whether it is about a resource.</summary>
    public bool Covers(AclResourceType type, string name) => ResourceType == type && PatternType switch
    {
        AclPatternType.Prefixed => name.StartsWith(Name, StringComparison.Ordinal),
        _ => Name == Any || Name == name,
    };

    /// <summary>Whether it is about who asks.</summary>
    public bool Concerns(string principal, string host) =>
        (Principal == principal || Principal == Anybody) && (Host == host || Host == Any);

    /// <summary>
    /// Whether it is about an operation: what a rule allows can imply that less is allowed, what it denies is only what it says.
    /// </summary>
    public bool Applies(AclOperation operation) => Operation == operation || Operation == AclOperation.All ||
        (Permission == AclPermissionType.Allow && Implies(Operation, operation));

    /// <summary>Why there cannot be such a rule; null when there can.</summary>
    public string? Problem()
    {
        if (!Operations.TryGetValue(ResourceType, out AclOperation[]? operations)) return $"there are no rules on {ResourceType}";
        if (Name.Length == 0) return "the resource has no name";
        if (ResourceType == AclResourceType.Cluster && Name is not (IAuthorizer.ClusterName or Any))
            return $"the cluster's name is {IAuthorizer.ClusterName}";
        if (PatternType is not (AclPatternType.Literal or AclPatternType.Prefixed)) return "a pattern is literal or prefixed";
        if (Permission is not (AclPermissionType.Allow or AclPermissionType.Deny)) return "a rule allows or denies";
        if (Operation != AclOperation.All && !operations.Contains(Operation)) return $"there is no {Operation} on {ResourceType}";
        if (Host.Length == 0) return "the host is empty; '*' is any";
        int colon = Principal.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < Principal.Length - 1 ? null : "a principal is a type and a name, as in User:orders";
    }

    public override string ToString() =>
        $"{Permission} {Principal} at {Host} {Operation} on {PatternType} {ResourceType} '{Name}'";

    private static readonly Dictionary<AclResourceType, AclOperation[]> Operations = new()
    {
        [AclResourceType.Topic] =
        [
            AclOperation.Read, AclOperation.Write, AclOperation.Create, AclOperation.Delete, AclOperation.Alter,
            AclOperation.Describe, AclOperation.DescribeConfigs, AclOperation.AlterConfigs,
        ],
        [AclResourceType.Group] = [AclOperation.Read, AclOperation.Describe, AclOperation.Delete],
        [AclResourceType.Cluster] =
        [
            AclOperation.Create, AclOperation.ClusterAction, AclOperation.DescribeConfigs, AclOperation.AlterConfigs,
            AclOperation.IdempotentWrite, AclOperation.Alter, AclOperation.Describe,
        ],
        [AclResourceType.TransactionalId] = [AclOperation.Describe, AclOperation.Write],
    };

    private static bool Implies(AclOperation allowed, AclOperation asked) => asked switch
    {
        AclOperation.Describe =>
            allowed is AclOperation.Read or AclOperation.Write or AclOperation.Delete or AclOperation.Alter,
        AclOperation.DescribeConfigs => allowed is AclOperation.AlterConfigs,
        _ => false,
    };
}
