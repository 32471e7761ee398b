using LogStore.Broker.Groups.Offsets;
using LogStore.Broker.Partitions;
using LogStore.KafkaProtocol.OffsetsTopic;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.Broker.Groups.Storage;

/// <summary>Makes records of groups and offsets, in Kafka's formats.</summary>
internal static class GroupRecords
{
    private const short OffsetKeyVersion = 1;
    private const short OffsetValueVersion = 3;

    /// <summary>The only version that has an expiry time. It has no leader epoch.</summary>
    private const short ExpiringOffsetValueVersion = 1;

    private const short GroupKeyVersion = 2;
    private const short GroupValueVersion = 3;

    /// <summary>The record of an offset; its tombstone where that is null.</summary>
    public static GroupRecord OfOffset(string groupId, TopicPartition partition, CommittedOffset? offset)
    {
        byte[] key = VersionedFormat.Write(
            new OffsetCommitKey { Group = groupId, Topic = partition.Topic, PartitionIndex = partition.Index },
            OffsetKeyVersion);
        if (offset is null) return new GroupRecord(key, null);
        var value = new OffsetCommitValue
        {
            Offset = offset.Offset,
            LeaderEpoch = offset.LeaderEpoch,
            Metadata = offset.Metadata,
            CommitTimestamp = offset.CommitUnixMs,
            ExpireTimestamp = offset.ExpireUnixMs,
        };
        short version = offset.ExpireUnixMs >= 0 ? ExpiringOffsetValueVersion : OffsetValueVersion;
        return new GroupRecord(key, VersionedFormat.Write(value, version));
    }

    /// <summary>The record of a group; its tombstone where that is null.</summary>
    public static GroupRecord OfGroup(string groupId, GroupMetadataValue? group) => new(
        VersionedFormat.Write(new GroupMetadataKey { Group = groupId }, GroupKeyVersion),
        group is null ? null : VersionedFormat.Write(group, GroupValueVersion));
}
