using LogStore.KafkaProtocol.ConsumerProtocol;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.Broker.Groups.Membership;

/// <summary>Reads what the members of a group of consumers subscribe to.</summary>
internal static class Subscriptions
{
    /// <summary>
    /// The topics that the members subscribe to. Null where the members are no consumers, or say what is no
    /// subscription: then nobody but they can know.
    /// </summary>
    public static IReadOnlySet<string>? Of(Group group)
    {
        if (group.Members.Count == 0) return new HashSet<string>();
        if (!group.IsConsumerGroup || group.ProtocolName is null) return null;
        HashSet<string> topics = new(StringComparer.Ordinal);
        try
        {
            foreach (GroupMember member in group.Members)
            {
                ReadOnlyMemory<byte> metadata = member.MetadataOf(group.ProtocolName);
                topics.UnionWith(VersionedFormat.Read<ConsumerSubscription>(metadata).Topics);
            }
        }
        catch (MalformedMessageException)
        {
            return null;
        }

        return topics;
    }
}
