using System.Globalization;
using LogStore.Replicator.Protocol;

namespace LogStore.Replicator.Cluster;

/// <summary>Where in the metadata store what lies. docs/CLUSTER.md draws the map.</summary>
internal static class ClusterKeys
{
    public const string Root = "";

    /// <summary>The cluster's id, made once.</summary>
    public const string Cluster = "cluster";

    /// <summary>The controller's broker id, by the broker's lease.</summary>
    public const string Controller = "controller";

    public const string Brokers = "brokers/";

    public const string Lives = "lives/";

    public const string Topics = "topics/";

    public const string Partitions = "partitions/";

    public const string Failed = "failed/";

    public const string DeletedTopics = "deleted/";

    /// <summary>A broker's registration, by its lease.</summary>
    public static string Broker(int brokerId) => string.Create(CultureInfo.InvariantCulture, $"{Brokers}{brokerId}");

    /// <summary>Put once at each start of a broker: its version is the number of the life that begins, its value the name.</summary>
    public static string Life(int brokerId) => string.Create(CultureInfo.InvariantCulture, $"{Lives}{brokerId}");

    public static string Topic(string name) => $"{Topics}{name}";

    public static string Partition(PartitionId partition) =>
        string.Create(CultureInfo.InvariantCulture, $"{Partitions}{partition.Topic:N}/{partition.Index}");

    /// <summary>That a topic was deleted: without it, a broker that has one which nobody knows does not delete it.</summary>
    public static string DeletedTopic(Guid topic) => $"{DeletedTopics}{topic:N}";

    /// <summary>That a broker cannot serve a partition, by the broker's lease.</summary>
    public static string FailedReplica(int brokerId, PartitionId partition) =>
        string.Create(CultureInfo.InvariantCulture, $"{Failed}{brokerId}/{partition.Topic:N}/{partition.Index}");

    public static bool TryParseBroker(string key, out int brokerId)
    {
        brokerId = 0;
        return key.StartsWith(Brokers, StringComparison.Ordinal) && TryParseNumber(key.AsSpan(Brokers.Length), out brokerId);
    }

    public static bool TryParsePartition(string key, out PartitionId partition)
    {
        partition = default;
        return key.StartsWith(Partitions, StringComparison.Ordinal) && TryParse(key.AsSpan(Partitions.Length), out partition);
    }

    public static bool TryParseFailed(string key, out int brokerId, out PartitionId partition)
    {
        brokerId = 0;
        partition = default;
        if (!key.StartsWith(Failed, StringComparison.Ordinal)) return false;
        ReadOnlySpan<char> rest = key.AsSpan(Failed.Length);
        int slash = rest.IndexOf('/');
        return slash > 0 && TryParseNumber(rest[..slash], out brokerId) && TryParse(rest[(slash + 1)..], out partition);
    }

    public static bool TryParseDeletedTopic(string key, out Guid topic)
    {
        topic = default;
        return key.StartsWith(DeletedTopics, StringComparison.Ordinal) &&
            Guid.TryParseExact(key.AsSpan(DeletedTopics.Length), "N", out topic);
    }

    private static bool TryParse(ReadOnlySpan<char> text, out PartitionId partition)
    {
        partition = default;
        int slash = text.IndexOf('/');
        if (slash < 0 || !Guid.TryParseExact(text[..slash], "N", out Guid topic) ||
            !TryParseNumber(text[(slash + 1)..], out int index)) return false;
        partition = new PartitionId(topic, index);
        return true;
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
