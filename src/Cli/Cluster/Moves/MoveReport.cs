using System.Globalization;
using System.Text.Json;
using LogStore.Cli.Output;
using LogStore.Client;

namespace LogStore.Cli.Cluster.Moves;

/// <summary>Partitions that move, as text and as JSON.</summary>
internal static class MoveReport
{
    public static string AsText(IReadOnlyList<PartitionReassignment> moving)
    {
        TextTable table = new("TOPIC", ">PARTITION", "TO", "ADDING", "REMOVING");
        foreach (PartitionReassignment each in moving)
        {
            table.Add(
                each.Partition.Topic, each.Partition.Partition.ToString(CultureInfo.InvariantCulture), Join(each.Target),
                Join(each.AddingReplicas), Join(each.RemovingReplicas));
        }

        return table.ToString();
    }

    public static void WriteJson(Utf8JsonWriter json, IReadOnlyList<PartitionReassignment> moving)
    {
        json.WriteStartArray();
        foreach (PartitionReassignment each in moving)
        {
            json.WriteStartObject();
            json.WriteString("topic", each.Partition.Topic);
            json.WriteNumber("partition", each.Partition.Partition);
            Write(json, "to", each.Target);
            Write(json, "adding", each.AddingReplicas);
            Write(json, "removing", each.RemovingReplicas);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<int> brokers)
    {
        json.WriteStartArray(name);
        foreach (int broker in brokers) json.WriteNumberValue(broker);
        json.WriteEndArray();
    }

    private static string Join(IEnumerable<int> brokers) =>
        string.Join(',', brokers) is { Length: > 0 } text ? text : "-";
}
