using System.Globalization;
using System.Text.Json;
using LogStore.Cli.Output;
using LogStore.Topics;

namespace LogStore.Cli.Topics;

/// <summary>Topics and partitions as text for people and as JSON for programs.</summary>
internal static class TopicReport
{
    public static string ListAsText(IReadOnlyList<Topic> topics)
    {
        TextTable table = new("TOPIC", ">PARTITIONS", "CONFIG");
        foreach (Topic topic in topics)
            table.Add(topic.Name, topic.PartitionCount.ToString(CultureInfo.InvariantCulture), TopicConfig.Describe(topic.Config));
        return table.ToString();
    }

    public static void WriteListAsJson(StandardOutput output, IReadOnlyList<Topic> topics)
    {
        using Utf8JsonWriter json = new(output);
        json.WriteStartArray();
        foreach (Topic topic in topics)
        {
            json.WriteStartObject();
            WriteTopic(json, topic);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static string DescribeAsText(Topic topic, List<PartitionStatus> partitions)
    {
        TextTable table = new(">PARTITION", ">START", ">END", ">RECORDS", ">SIZE", ">SEGMENTS");
        foreach (PartitionStatus partition in partitions)
        {
            table.Add(
                partition.Partition.ToString(CultureInfo.InvariantCulture),
                partition.StartOffset.ToString(CultureInfo.InvariantCulture),
                partition.EndOffset.ToString(CultureInfo.InvariantCulture),
                partition.Records.ToString(CultureInfo.InvariantCulture),
                Quantity.Bytes(partition.SizeInBytes),
                partition.Segments.ToString(CultureInfo.InvariantCulture));
        }

        return $"topic       {topic.Name}\nid          {topic.Id}\npartitions  {topic.PartitionCount}\n" +
            $"config      {TopicConfig.Describe(topic.Config)}\n\n{table}";
    }

    public static void WriteDescriptionAsJson(StandardOutput output, Topic topic, List<PartitionStatus> partitions)
    {
        using Utf8JsonWriter json = new(output);
        json.WriteStartObject();
        WriteTopic(json, topic);
        json.WriteStartArray("partitionStatus");
        foreach (PartitionStatus partition in partitions)
        {
            json.WriteStartObject();
            json.WriteNumber("partition", partition.Partition);
            json.WriteNumber("logStartOffset", partition.StartOffset);
            json.WriteNumber("logEndOffset", partition.EndOffset);
            json.WriteNumber("sizeInBytes", partition.SizeInBytes);
            json.WriteNumber("segments", partition.Segments);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTopic(Utf8JsonWriter json, Topic topic)
    {
        json.WriteString("topic", topic.Name);
        json.WriteString("id", topic.Id);
        json.WriteNumber("partitions", topic.PartitionCount);
        json.WriteStartObject("config");
        foreach ((string key, string value) in topic.Config.Overrides()) json.WriteString(key, value);
        json.WriteEndObject();
    }
}
