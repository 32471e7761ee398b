using System.Globalization;
using System.Text.Json;
using LogStore.Cli.Output;

namespace LogStore.Cli.Topics;

/// <summary>Topics and partitions as text for people and as JSON for programs.</summary>
internal static class TopicReport
{
    /// <summary>Stands for what a cluster does not tell.</summary>
    private const string Unknown = "-";

    public static string ListAsText(IReadOnlyList<TopicSummary> topics)
    {
        TextTable table = new("TOPIC", ">PARTITIONS", "CONFIG");
        foreach (TopicSummary topic in topics)
            table.Add(topic.Name, topic.PartitionCount.ToString(CultureInfo.InvariantCulture), topic.ConfigText);
        return table.ToString();
    }

    public static void WriteListAsJson(Utf8JsonWriter json, IReadOnlyList<TopicSummary> topics)
    {
        json.WriteStartArray();
        foreach (TopicSummary topic in topics)
        {
            json.WriteStartObject();
            WriteTopic(json, topic);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static string DescribeAsText(TopicSummary topic, IReadOnlyList<PartitionStatus> partitions)
    {
        TextTable table = new(">PARTITION", ">START", ">END", ">RECORDS", ">SIZE", ">SEGMENTS");
        foreach (PartitionStatus partition in partitions)
        {
            table.Add(
                partition.Partition.ToString(CultureInfo.InvariantCulture),
                partition.StartOffset.ToString(CultureInfo.InvariantCulture),
                partition.EndOffset.ToString(CultureInfo.InvariantCulture),
                partition.Records.ToString(CultureInfo.InvariantCulture),
                partition.SizeInBytes is { } size ? Quantity.Bytes(size) : Unknown,
                partition.Segments?.ToString(CultureInfo.InvariantCulture) ?? Unknown);
        }

        return $"topic       {topic.Name}\nid          {topic.Id?.ToString() ?? Unknown}\npartitions  {topic.PartitionCount}\n" +
            $"config      {topic.ConfigText}\n\n{table}";
    }

    public static void WriteDescriptionAsJson(Utf8JsonWriter json, TopicSummary topic, IReadOnlyList<PartitionStatus> partitions)
    {
        json.WriteStartObject();
        WriteTopic(json, topic);
        json.WriteStartArray("partitionStatus");
        foreach (PartitionStatus partition in partitions)
        {
            json.WriteStartObject();
            json.WriteNumber("partition", partition.Partition);
            json.WriteNumber("logStartOffset", partition.StartOffset);
            json.WriteNumber("logEndOffset", partition.EndOffset);
            WriteNumber(json, "sizeInBytes", partition.SizeInBytes);
            WriteNumber(json, "segments", partition.Segments);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTopic(Utf8JsonWriter json, TopicSummary topic)
    {
        json.WriteString("topic", topic.Name);
        if (topic.Id is { } id) json.WriteString("id", id);
        else json.WriteNull("id");
        json.WriteNumber("partitions", topic.PartitionCount);
        if (topic.Config is null)
        {
            json.WriteNull("config");
            return;
        }

        json.WriteStartObject("config");
        foreach ((string key, string value) in topic.Config) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }
}
