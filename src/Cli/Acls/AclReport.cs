using System.Text.Json;
using LogStore.Cli.Output;
using LogStore.Client;

namespace LogStore.Cli.Acls;

/// <summary>Rules as text for people and as JSON for programs.</summary>
internal static class AclReport
{
    public static string AsText(IEnumerable<AclBinding> acls)
    {
        TextTable table = new("RESOURCE", "NAME", "PATTERN", "PRINCIPAL", "HOST", "OPERATION", "PERMISSION");
        foreach (AclBinding acl in InOrder(acls))
        {
            table.Add(
                AclWords.Of(acl.ResourceType), acl.ResourceName, AclWords.Of(acl.PatternType), acl.Principal, acl.Host,
                AclWords.Of(acl.Operation), AclWords.Of(acl.Permission));
        }

        return table.ToString();
    }

    public static void WriteAsJson(Utf8JsonWriter json, IEnumerable<AclBinding> acls)
    {
        json.WriteStartArray();
        foreach (AclBinding acl in InOrder(acls))
        {
            json.WriteStartObject();
            json.WriteString("resource", AclWords.Of(acl.ResourceType));
            json.WriteString("name", acl.ResourceName);
            json.WriteString("pattern", AclWords.Of(acl.PatternType));
            json.WriteString("principal", acl.Principal);
            json.WriteString("host", acl.Host);
            json.WriteString("operation", AclWords.Of(acl.Operation));
            json.WriteString("permission", AclWords.Of(acl.Permission));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static IEnumerable<AclBinding> InOrder(IEnumerable<AclBinding> acls) => acls
        .OrderBy(acl => acl.ResourceType).ThenBy(acl => acl.ResourceName, StringComparer.Ordinal)
        .ThenBy(acl => acl.PatternType).ThenBy(acl => acl.Principal, StringComparer.Ordinal)
        .ThenBy(acl => acl.Host, StringComparer.Ordinal).ThenBy(acl => acl.Operation).ThenBy(acl => acl.Permission);
}
