using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using LogStore.Replicator.Protocol;
using LogStore.Topics;

namespace LogStore.Replicator.Cluster;

/// <summary>What the cluster keeps in the metadata store, as JSON that an operator can read.</summary>
internal static class ClusterJson
{
    public static byte[] Write(BrokerRegistration registration) =>
        JsonSerializer.SerializeToUtf8Bytes(registration, ClusterJsonContext.Default.BrokerRegistration);

    public static BrokerRegistration ReadBroker(ReadOnlyMemory<byte> json) =>
        JsonSerializer.Deserialize(json.Span, ClusterJsonContext.Default.BrokerRegistration)!;

    public static byte[] Write(Topic topic) => JsonSerializer.SerializeToUtf8Bytes(
        new StoredTopic(topic.Id, topic.PartitionCount, topic.Config.Overrides()), ClusterJsonContext.Default.StoredTopic);

    public static Topic ReadTopic(string name, ReadOnlyMemory<byte> json)
    {
        StoredTopic stored = JsonSerializer.Deserialize(json.Span, ClusterJsonContext.Default.StoredTopic)!;
        LogConfig config = LogConfig.Default;
        foreach ((string key, string value) in stored.Config) config = With(config, key, value);
        return new Topic(name, stored.Id, stored.Partitions, config);
    }

    /// <summary>
    /// What a later version has added, or lets a setting be, is not for this one to act on; it must not keep it from reading on.
    /// </summary>
    private static LogConfig With(LogConfig config, string key, string value)
    {
        try
        {
            return config.With(key, value);
        }
        catch (InvalidConfigException)
        {
            return config;
        }
    }

    public static byte[] Write(PartitionState state) => JsonSerializer.SerializeToUtf8Bytes(
        new StoredPartition(
            state.Leader, state.LeaderEpoch, [.. state.Replicas],
            Store(state.InSyncReplicas), state.Eligible.IsEmpty ? null : Store(state.Eligible),
            state.Target.IsEmpty ? null : [.. state.Target], state.Added.IsEmpty ? null : [.. state.Added]),
        ClusterJsonContext.Default.StoredPartition);

    public static PartitionState ReadPartition(ReadOnlyMemory<byte> json, long version)
    {
        StoredPartition stored = JsonSerializer.Deserialize(json.Span, ClusterJsonContext.Default.StoredPartition)!;
        return new PartitionState
        {
            Leader = stored.Leader,
            LeaderEpoch = stored.LeaderEpoch,
            Replicas = [.. stored.Replicas],
            InSyncReplicas = Restore(stored.InSync),
            Eligible = stored.Eligible is null ? [] : Restore(stored.Eligible),
            Target = stored.Target is null ? [] : [.. stored.Target],
            Added = stored.Added is null ? [] : [.. stored.Added],
            Version = version,
        };
    }

    private static StoredInSync[] Store(ImmutableArray<InSyncReplica> replicas) =>
        [.. replicas.Select(replica => new StoredInSync(replica.BrokerId, replica.BrokerEpoch))];

    private static ImmutableArray<InSyncReplica> Restore(StoredInSync[] replicas) =>
        [.. replicas.Select(replica => new InSyncReplica(replica.Broker, replica.Epoch))];
}

internal sealed record StoredTopic(Guid Id, int Partitions, IReadOnlyDictionary<string, string> Config);

internal sealed record StoredPartition(
    int Leader, int LeaderEpoch, int[] Replicas, StoredInSync[] InSync, StoredInSync[]? Eligible, int[]? Target, int[]? Added);

internal sealed record StoredInSync(int Broker, long Epoch);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BrokerRegistration))]
[JsonSerializable(typeof(StoredTopic))]
[JsonSerializable(typeof(StoredPartition))]
internal sealed partial class ClusterJsonContext : JsonSerializerContext;
