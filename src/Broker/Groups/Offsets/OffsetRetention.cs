using LogStore.Broker.Groups.Membership;
using LogStore.Broker.Partitions;

namespace LogStore.Broker.Groups.Offsets;

/// <summary>
/// When offsets are forgotten: those of a group without members once it has had none for the retention time, those of
/// topics that a stable group of consumers does not subscribe to once they are as old, and those that were committed
/// without a group of members likewise. Those of a group at work stay, however old.
/// </summary>
/// <remarks>Source: KIP-211.</remarks>
internal static class OffsetRetention
{
    public static List<TopicPartition> Expired(Group group, GroupOffsets offsets, long nowUnixMs, long retentionMs)
    {
        List<TopicPartition> expired = [];
        foreach ((TopicPartition partition, CommittedOffset offset) in offsets.All)
        {
            if (offsets.IsPending(partition) || !IsUnused(group, partition.Topic)) continue;
            if (offset.ExpireUnixMs >= 0 ? nowUnixMs >= offset.ExpireUnixMs
                : nowUnixMs - UnusedSince(group, offset) >= retentionMs)
                expired.Add(partition);
        }

        return expired;
    }

    private static bool IsUnused(Group group, string topic) => group.State switch
    {
        GroupState.Empty => true,
        GroupState.Stable =>
            group is { IsConsumerGroup: true, SubscribedTopics: { } topics } && !topics.Contains(topic),
        _ => false,
    };

    private static long UnusedSince(Group group, CommittedOffset offset) =>
        group is { State: GroupState.Empty, ProtocolType: not null, StateSinceUnixMs: >= 0 }
            ? Math.Max(group.StateSinceUnixMs, offset.CommitUnixMs)
            : offset.CommitUnixMs;
}
