using LogStore.Broker.Diagnostics;
using LogStore.KafkaProtocol.Security;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Security.Acls;

/// <summary>Decides by rules, but for super users, who may do everything. Thread-safe.</summary>
internal sealed class AclAuthorizer(IAclStore store, SecurityOptions options, ILogger logger) : IAuthorizer
{
    private readonly HashSet<string> _superUsers = [.. options.SuperUsers];

    public bool IsAllowed(Principal principal, string host, AclOperation operation, AclResourceType resource, string name)
    {
        string who = principal.ToString();
        if (_superUsers.Contains(who)) return true;
        bool allowed = store.Rules.Decide(who, host, operation, resource, name) ?? options.AllowIfNoAclFound;
        if (!allowed) Report(who, host, operation, resource, name);
        return allowed;
    }

    public bool IsAllowedOnAny(Principal principal, string host, AclOperation operation, AclResourceType resource)
    {
        string who = principal.ToString();
        return _superUsers.Contains(who) || options.AllowIfNoAclFound ||
            store.Rules.AllowsAny(who, host, operation, resource);
    }

    /// <summary>What is only looked for, as in a list of all topics, is denied all the time.</summary>
    private void Report(string who, string host, AclOperation operation, AclResourceType resource, string name)
    {
        // Names come from clients: what could break a line of the log is not let into it.
        if (operation is AclOperation.Describe) SecurityEvents.Hidden(logger, Printable(who), host, resource, Printable(name));
        else SecurityEvents.Denied(logger, Printable(who), host, operation, resource, Printable(name));
    }

    private static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter)) : text;
}
