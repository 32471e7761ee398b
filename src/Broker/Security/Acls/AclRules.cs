using LogStore.KafkaProtocol.Security;

namespace LogStore.Broker.Security.Acls;

/// <summary>
/// What a set of rules says: a rule that denies counts, whatever others allow; and what none allows is denied. Immutable.
/// </summary>
/// <remarks>Source: KIP-11, KIP-290, KIP-679.</remarks>
internal sealed class AclRules
{
    /// <summary>The rules on single names, by type and name; a look-up passes over all others of these.</summary>
    private readonly Dictionary<(AclResourceType Type, string Name), List<Acl>> _literal = [];
    private readonly List<Acl> _others = [];

    public AclRules(IEnumerable<Acl> acls)
    {
        All = [.. acls];
        foreach (Acl acl in All)
        {
            if (acl.PatternType != AclPatternType.Literal || acl.Name == Acl.Any)
            {
                _others.Add(acl);
                continue;
            }

            if (!_literal.TryGetValue((acl.ResourceType, acl.Name), out List<Acl>? rules))
                _literal.Add((acl.ResourceType, acl.Name), rules = []);
            rules.Add(acl);
        }
    }

    public IReadOnlyList<Acl> All { get; }

    /// <summary>What the rules say; null when no rule is about this resource at all.</summary>
    public bool? Decide(string principal, string host, AclOperation operation, AclResourceType type, string name)
    {
        bool any = false;
        bool allowed = false;
        foreach (Acl acl in About(type, name))
        {
            any = true;
            if (!acl.Concerns(principal, host) || !acl.Applies(operation)) continue;
            if (acl.Permission == AclPermissionType.Deny) return false;
            allowed = true;
        }

        return any ? allowed : null;
    }

    /// <summary>Whether the rules allow an operation on some resource of a type, whichever that is.</summary>
    public bool AllowsAny(string principal, string host, AclOperation operation, AclResourceType type)
    {
        List<Acl> denials =
            [.. All.Where(acl => acl.Permission == AclPermissionType.Deny && IsAbout(acl, principal, host, operation, type))];
        return All.Any(acl => acl.Permission == AclPermissionType.Allow && IsAbout(acl, principal, host, operation, type) &&
            !denials.Exists(denial => Outweighs(denial, acl)));
    }

    private IEnumerable<Acl> About(AclResourceType type, string name)
    {
        if (_literal.TryGetValue((type, name), out List<Acl>? rules))
        {
            foreach (Acl acl in rules) yield return acl;
        }

        foreach (Acl acl in _others)
        {
            if (acl.Covers(type, name)) yield return acl;
        }
    }

    private static bool IsAbout(Acl acl, string principal, string host, AclOperation operation, AclResourceType type) =>
        acl.ResourceType == type && acl.Concerns(principal, host) && acl.Applies(operation);

    /// <summary>Whether a denial takes in every name that a rule allows.</summary>
    private static bool Outweighs(Acl denial, Acl allowed)
    {
        if (denial is { PatternType: AclPatternType.Literal, Name: Acl.Any }) return true;
        if (allowed is { PatternType: AclPatternType.Literal, Name: Acl.Any }) return denial.Name.Length == 0;
        return denial.PatternType == AclPatternType.Prefixed
            ? allowed.Name.StartsWith(denial.Name, StringComparison.Ordinal)
            : allowed.PatternType == AclPatternType.Literal && allowed.Name == denial.Name;
    }
}
