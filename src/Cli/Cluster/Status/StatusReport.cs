using System.Globalization;
using System.Text.Json;
using LogStore.Cli.Output;
using LogStore.Client;

namespace LogStore.Cli.Cluster.Status;

/// <summary>The state of a cluster as text for people and as JSON for programs.</summary>
internal static class StatusReport
{
    private const string None = "-";
    private const string Unknown = "?";

    public static string AsText(ClusterStatus status, IReadOnlyList<PartitionHealth> shown)
    {
        TextTable brokers = new(">BROKER", "ADDRESS", "RACK", ">LEADERS", ">REPLICAS", "ROLE");
        foreach (BrokerStatus broker in status.Brokers)
        {
            brokers.Add(
                Text(broker.Id), broker.Description is { } at ? $"{at.Host}:{Text(at.Port)}" : Unknown,
                broker.Description?.Rack ?? None, Text(broker.Leaders), Text(broker.Replicas),
                broker.Description is null ? "down" : broker.IsController ? "controller" : None);
        }

        string text = $"cluster     {status.ClusterId ?? None}\n" +
            $"controller  {(status.ControllerId < 0 ? None : Text(status.ControllerId))}\n" +
            $"{StoreAsText(status.Brokers)}\n{brokers}\n";
        if (status.Links.Count > 0) text += $"{LinksAsText(status.Links)}\n";
        if (shown.Count > 0) text += $"{PartitionsAsText(shown)}\n";
        return text + Summary(status.Partitions) + "\n";
    }

    public static void WriteJson(Utf8JsonWriter json, ClusterStatus status, IReadOnlyList<PartitionHealth> shown)
    {
        json.WriteStartObject();
        json.WriteString("cluster", status.ClusterId);
        WriteId(json, "controller", status.ControllerId);
        json.WriteStartArray("brokers");
        foreach (BrokerStatus broker in status.Brokers) WriteBroker(json, broker);
        json.WriteEndArray();
        json.WriteStartArray("links");
        foreach (LinkHealth link in status.Links) WriteLink(json, link);
        json.WriteEndArray();
        json.WriteStartArray("partitions");
        foreach (PartitionHealth partition in shown) WritePartition(json, partition);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Only what is worth a word: the metadata store does not answer some brokers.</summary>
    private static string StoreAsText(IReadOnlyList<BrokerStatus> brokers)
    {
        int[] cutOff = [.. brokers.Where(each => each.ReachesStore == false).Select(each => each.Id)];
        return cutOff.Length == 0
            ? ""
            : $"store       does not answer broker {Join(cutOff)}: what is led is served on, nothing can be decided anew\n";
    }

    private static TextTable LinksAsText(IReadOnlyList<LinkHealth> links)
    {
        TextTable table = new("LINK", "TRANSPORT", "STATE", "WHY");
        foreach (LinkHealth link in links)
        {
            table.Add(
                $"{Text(link.BrokerId)} - {Text(link.PeerId)}", link.IsUp ? link.Transport : None, link.IsUp ? "up" : "down",
                link.Reason ?? None);
        }

        return table;
    }

    private static TextTable PartitionsAsText(IReadOnlyList<PartitionHealth> shown)
    {
        TextTable table = new("TOPIC", ">PARTITION", ">LEADER", ">EPOCH", "REPLICAS", "IN-SYNC", "LAG", "STATE");
        foreach (PartitionHealth each in shown)
        {
            PartitionDescription at = each.Description;
            string[] words = [.. each.Words()];
            table.Add(
                each.Topic, Text(at.Partition), each.HasNoLeader ? None : Text(at.LeaderId),
                at.LeaderEpoch < 0 ? Unknown : Text(at.LeaderEpoch), Join(at.Replicas), Join(at.InSyncReplicas), LagsOf(each),
                words.Length == 0 ? "ok" : string.Join(", ", words));
        }

        return table;
    }

    /// <summary>Each follower's lag: what is committed the leader has.</summary>
    private static string LagsOf(PartitionHealth partition)
    {
        string lags = string.Join(' ', partition.Replicas
            .Where(each => each.BrokerId != partition.Description.LeaderId)
            .Select(each => $"{Text(each.BrokerId)}:{(each.Lag is { } lag ? Text(lag) : Unknown)}"));
        return lags.Length == 0 ? None : lags;
    }

    private static string Summary(IReadOnlyList<PartitionHealth> partitions)
    {
        List<string> troubles = [];
        Add(each => each.HasNoLeader, "without a leader");
        Add(each => each.IsBelowMinInSync, "below min.insync.replicas");
        Add(each => each.IsUnderReplicated, "under-replicated");
        Add(each => each.Reassignment is not null, "being reassigned");
        return $"{Quantity.Count(partitions.Count, "partition")}: " +
            (troubles.Count == 0 ? "all in sync" : string.Join(", ", troubles));

        void Add(Func<PartitionHealth, bool> has, string what)
        {
            int count = partitions.Count(has);
            if (count > 0) troubles.Add($"{Text(count)} {what}");
        }
    }

    private static void WriteBroker(Utf8JsonWriter json, BrokerStatus broker)
    {
        json.WriteStartObject();
        json.WriteNumber("broker", broker.Id);
        json.WriteBoolean("alive", broker.Description is not null);
        json.WriteString("host", broker.Description?.Host);
        if (broker.Description is { } at) json.WriteNumber("port", at.Port);
        else json.WriteNull("port");
        json.WriteString("rack", broker.Description?.Rack);
        json.WriteBoolean("controller", broker.IsController);
        json.WriteNumber("leaders", broker.Leaders);
        json.WriteNumber("replicas", broker.Replicas);
        if (broker.ReachesStore is { } reaches) json.WriteBoolean("reachesStore", reaches);
        else json.WriteNull("reachesStore");
        json.WriteEndObject();
    }

    private static void WriteLink(Utf8JsonWriter json, LinkHealth link)
    {
        json.WriteStartObject();
        json.WriteNumber("broker", link.BrokerId);
        json.WriteNumber("peer", link.PeerId);
        json.WriteString("transport", link.Transport);
        json.WriteBoolean("up", link.IsUp);
        json.WriteString("reason", link.Reason);
        json.WriteEndObject();
    }

    private static void WritePartition(Utf8JsonWriter json, PartitionHealth partition)
    {
        PartitionDescription at = partition.Description;
        json.WriteStartObject();
        json.WriteString("topic", partition.Topic);
        json.WriteNumber("partition", at.Partition);
        WriteId(json, "leader", at.LeaderId);
        WriteId(json, "epoch", at.LeaderEpoch);
        WriteIds(json, "replicas", at.Replicas);
        WriteIds(json, "inSync", at.InSyncReplicas);
        if (partition.MinInSync is { } least) json.WriteNumber("minInSync", least);
        else json.WriteNull("minInSync");
        json.WriteStartObject("lag");
        foreach (ReplicaStatus replica in partition.Replicas)
        {
            if (replica.Lag is { } lag) json.WriteNumber(Text(replica.BrokerId), lag);
            else json.WriteNull(Text(replica.BrokerId));
        }

        json.WriteEndObject();
        if (partition.Reassignment is { } moving) WriteIds(json, "reassigningTo", moving.Target);
        else json.WriteNull("reassigningTo");
        json.WriteBoolean("underReplicated", partition.IsUnderReplicated);
        json.WriteBoolean("belowMinInSync", partition.IsBelowMinInSync);
        json.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter json, string name, int id)
    {
        if (id >= 0) json.WriteNumber(name, id);
        else json.WriteNull(name);
    }

    private static void WriteIds(Utf8JsonWriter json, string name, IEnumerable<int> ids)
    {
        json.WriteStartArray(name);
        foreach (int id in ids) json.WriteNumberValue(id);
        json.WriteEndArray();
    }

    private static string Join(IReadOnlyList<int> ids) => ids.Count == 0 ? None : string.Join(',', ids.Select(each => Text(each)));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
