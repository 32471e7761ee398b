using LogStore.KafkaProtocol.Security;

namespace LogStore.Broker.Security.Acls;

/// <summary>A description of rules to show or delete; null and <c>Any</c> leave a part open.</summary>
/// <remarks>Source: KIP-140, KIP-290.</remarks>
internal sealed record AclFilter(
    AclResourceType ResourceType, string? Name, AclPatternType PatternType, string? Principal, string? Host,
    AclOperation Operation, AclPermissionType Permission)
{
    /// <summary>Why nothing can be described so; null when it can.</summary>
    public string? Problem() =>
        ResourceType == AclResourceType.Unknown || PatternType == AclPatternType.Unknown ||
        Operation == AclOperation.Unknown || Permission == AclPermissionType.Unknown
            ? "it asks for what is not known here"
            : null;

    public bool Matches(Acl acl) =>
        (ResourceType == AclResourceType.Any || ResourceType == acl.ResourceType) &&
        MatchesName(acl) &&
        (Principal is null || Principal == acl.Principal) &&
        (Host is null || Host == acl.Host) &&
        (Operation == AclOperation.Any || Operation == acl.Operation) &&
        (Permission == AclPermissionType.Any || Permission == acl.Permission);

    private bool MatchesName(Acl acl) => PatternType switch
    {
        AclPatternType.Any => Name is null || Name == acl.Name,
        AclPatternType.Match => Name is null || acl.Covers(acl.ResourceType, Name),
        _ => PatternType == acl.PatternType && (Name is null || Name == acl.Name),
    };
}
