using System.Globalization;
using System.Text.Json;
using LogStore.Cli.Output;
using LogStore.Client;

namespace LogStore.Cli.Groups;

/// <summary>Groups as text for people and as JSON for programs.</summary>
internal static class GroupReport
{
    private const string Unknown = "-";

    public static string ListAsText(IReadOnlyList<GroupDescription> groups)
    {
        TextTable table = new("GROUP", "STATE", ">MEMBERS", "TYPE");
        foreach (GroupDescription group in groups)
            table.Add(group.GroupId, group.State, Text(group.Members.Count), OrUnknown(group.ProtocolType));
        return table.ToString();
    }

    public static void WriteListAsJson(Utf8JsonWriter json, IReadOnlyList<GroupDescription> groups)
    {
        json.WriteStartArray();
        foreach (GroupDescription group in groups)
        {
            json.WriteStartObject();
            WriteGroup(json, group);
            json.WriteNumber("members", group.Members.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static string DescribeAsText(GroupStatus status)
    {
        GroupDescription group = status.Group;
        string text = $"group     {group.GroupId}\nstate     {group.State}\n" +
            $"protocol  {OrUnknown(group.AssignmentStrategy)}\nmembers   {Text(group.Members.Count)}\n";
        if (group.Members.Count > 0)
        {
            TextTable members = new("MEMBER", "CLIENT", "HOST", "PARTITIONS");
            foreach (GroupMemberDescription member in group.Members)
                members.Add(NameOf(member), member.ClientId, member.ClientHost, OrUnknown(Join(member.Assignment)));
            text += $"\n{members}";
        }

        if (status.Partitions.Count == 0) return text;
        TextTable partitions = new("TOPIC", ">PARTITION", ">COMMITTED", ">END", ">LAG", "MEMBER");
        foreach (GroupPartitionStatus each in status.Partitions)
        {
            partitions.Add(
                each.Partition.Topic, Text(each.Partition.Partition), Text(each.Committed), Text(each.End), Text(each.Lag),
                each.Member is { } member ? NameOf(member) : Unknown);
        }

        return $"{text}\n{partitions}";
    }

    public static void WriteDescriptionAsJson(Utf8JsonWriter json, GroupStatus status)
    {
        json.WriteStartObject();
        WriteGroup(json, status.Group);
        json.WriteStartArray("members");
        foreach (GroupMemberDescription member in status.Group.Members)
        {
            json.WriteStartObject();
            json.WriteString("member", member.MemberId);
            json.WriteString("instance", member.GroupInstanceId);
            json.WriteString("client", member.ClientId);
            json.WriteString("host", member.ClientHost);
            json.WriteStartArray("partitions");
            foreach (TopicPartition partition in member.Assignment) json.WriteStringValue(partition.ToString());
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("partitions");
        foreach (GroupPartitionStatus each in status.Partitions)
        {
            json.WriteStartObject();
            json.WriteString("topic", each.Partition.Topic);
            json.WriteNumber("partition", each.Partition.Partition);
            WriteNumber(json, "committed", each.Committed);
            WriteNumber(json, "end", each.End);
            WriteNumber(json, "lag", each.Lag);
            json.WriteString("member", each.Member?.MemberId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static string MovesAsText(IEnumerable<OffsetReset.Move> moves)
    {
        TextTable table = new("TOPIC", ">PARTITION", ">BEFORE", ">AFTER");
        foreach (OffsetReset.Move move in moves)
            table.Add(move.Partition.Topic, Text(move.Partition.Partition), Text(move.Before), Text(move.After));
        return table.ToString();
    }

    private static void WriteGroup(Utf8JsonWriter json, GroupDescription group)
    {
        json.WriteString("group", group.GroupId);
        json.WriteString("state", group.State);
        json.WriteString("type", group.ProtocolType);
        json.WriteString("protocol", group.AssignmentStrategy);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }

    /// <summary>A static member is known by the name that it gave itself.</summary>
    private static string NameOf(GroupMemberDescription member) => member.GroupInstanceId ?? member.MemberId;

    /// <summary>As <c>topic:0,1</c>, which <c>--topic</c> takes.</summary>
    private static string Join(IEnumerable<TopicPartition> partitions) => string.Join(' ', partitions
        .GroupBy(each => each.Topic, StringComparer.Ordinal).OrderBy(each => each.Key, StringComparer.Ordinal)
        .Select(topic => $"{topic.Key}:{string.Join(',', topic.Select(each => each.Partition).Order())}"));

    private static string OrUnknown(string text) => text.Length == 0 ? Unknown : text;

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? Unknown;
}
