using LogStore.Client;
using LogStore.KafkaProtocol.Security;

namespace LogStore.Cli.Acls;

/// <summary>What the command line of <c>logstore acl</c> says of rules: each combination of the lists is one.</summary>
internal sealed record AclLine
{
    /// <summary>What stands for the cluster as a resource's name.</summary>
    private const string ClusterName = "kafka-cluster";

    private const string Everywhere = "*";

    /// <summary>Who is allowed.</summary>
    public required string[] Allowed { get; init; }

    /// <summary>Who is denied.</summary>
    public required string[] Denied { get; init; }

    /// <summary>Who is either; for looking rules up.</summary>
    public string[] Either { get; init; } = [];

    /// <summary>From where; null where that is not given.</summary>
    public string? Host { get; init; }

    public required AclOperation[] Operations { get; init; }

    public required string[] Topics { get; init; }

    public required string[] Groups { get; init; }

    public required bool Cluster { get; init; }

    /// <summary>Whether names are whole ones or beginnings; null where that is not given.</summary>
    public AclPatternType? Pattern { get; init; }

    /// <summary>The rules to add.</summary>
    /// <exception cref="UserErrorException">It does not say for whom, or for what.</exception>
    public IReadOnlyList<AclBinding> Bindings()
    {
        (string Principal, AclPermissionType Permission)[] principals = [.. Principals()];
        (AclResourceType Type, string Name)[] resources = [.. Resources()];
        if (principals.Length == 0)
            throw new UserErrorException("say who: give --allow-principal or --deny-principal User:NAME", ExitCode.Usage);
        if (resources.Length == 0)
            throw new UserErrorException("say on what: give --topic NAME, --group NAME or --cluster", ExitCode.Usage);
        AclOperation[] operations = Operations.Length > 0 ? Operations : [AclOperation.All];
        return
        [
            .. from resource in resources
            from principal in principals
            from operation in operations
            select new AclBinding(
                resource.Type, resource.Name, PatternOf(resource.Type) ?? AclPatternType.Literal, principal.Principal,
                Host ?? Everywhere, operation, principal.Permission),
        ];
    }

    /// <summary>What finds the rules meant; what is not given matches all.</summary>
    public IReadOnlyList<AclFilter> Filters()
    {
        IEnumerable<(string? Principal, AclPermissionType Permission)> principals =
            Principals().Concat(Either.Select(each => (each, AclPermissionType.Any)))
                .Select(each => ((string?)each.Item1, each.Item2)).DefaultIfEmpty((null, AclPermissionType.Any));
        IEnumerable<(AclResourceType Type, string? Name)> resources =
            Resources().Select(each => (each.Type, (string?)each.Name)).DefaultIfEmpty((AclResourceType.Any, null));
        IEnumerable<AclOperation> operations = Operations.DefaultIfEmpty(AclOperation.Any);
        return
        [
            .. from resource in resources
            from principal in principals
            from operation in operations
            select new AclFilter
            {
                ResourceType = resource.Type,
                ResourceName = resource.Name,
                PatternType = PatternOf(resource.Type) ?? AclPatternType.Any,
                Principal = principal.Principal,
                Permission = principal.Permission,
                Host = Host,
                Operation = operation,
            },
        ];
    }

    /// <summary>Whether nothing is given, so that every rule is meant.</summary>
    public bool IsEmpty => !Principals().Any() && Either.Length == 0 && !Resources().Any() && Operations.Length == 0 &&
        Host is null && Pattern is null;

    private IEnumerable<(string Principal, AclPermissionType Permission)> Principals() =>
        Allowed.Select(each => (each, AclPermissionType.Allow)).Concat(Denied.Select(each => (each, AclPermissionType.Deny)));

    private IEnumerable<(AclResourceType Type, string Name)> Resources()
    {
        foreach (string topic in Topics) yield return (AclResourceType.Topic, topic);
        foreach (string group in Groups) yield return (AclResourceType.Group, group);
        if (Cluster) yield return (AclResourceType.Cluster, ClusterName);
    }

    /// <summary>There is one cluster, and its name is a whole one.</summary>
    private AclPatternType? PatternOf(AclResourceType type) =>
        type == AclResourceType.Cluster ? AclPatternType.Literal : Pattern;
}
