using LogStore.KafkaProtocol.Security;

namespace LogStore.Client;

/// <summary>A rule: who may, or may not, do what to what, from where.</summary>
/// <param name="ResourceType">What kind of thing.</param>
/// <param name="ResourceName">Its name, or the beginning of names.</param>
/// <param name="PatternType">Which of the two.</param>
/// <param name="Principal">Who, as <c>User:name</c>; <c>User:*</c> for everybody.</param>
/// <param name="Host">From where; <c>*</c> for everywhere.</param>
/// <param name="Operation">What.</param>
/// <param name="Permission">Whether it is allowed or denied.</param>
public sealed record AclBinding(
    AclResourceType ResourceType, string ResourceName, AclPatternType PatternType, string Principal, string Host,
    AclOperation Operation, AclPermissionType Permission);

/// <summary>Which rules are meant; what is null or Any matches all.</summary>
public sealed record AclFilter
{
    /// <summary>What kind of thing.</summary>
    public AclResourceType ResourceType { get; init; } = AclResourceType.Any;

    /// <summary>Its name.</summary>
    public string? ResourceName { get; init; }

    /// <summary>
    /// How its name is meant; <see cref="AclPatternType.Match"/> finds the rules that a name falls under.
    /// </summary>
    public AclPatternType PatternType { get; init; } = AclPatternType.Any;

    /// <summary>Who.</summary>
    public string? Principal { get; init; }

    /// <summary>From where.</summary>
    public string? Host { get; init; }

    /// <summary>What.</summary>
    public AclOperation Operation { get; init; } = AclOperation.Any;

    /// <summary>Whether it is allowed or denied.</summary>
    public AclPermissionType Permission { get; init; } = AclPermissionType.Any;
}
