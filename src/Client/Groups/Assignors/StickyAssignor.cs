using LogStore.KafkaProtocol.ConsumerProtocol;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.Client.Groups;

/// <summary>As evenly as subscriptions allow, and every member keeps as much as that lets it of what it had.</summary>
internal sealed class StickyAssignor : IAssignor
{
    public string Name => "sticky";

    public byte[] WriteUserData(IReadOnlyCollection<TopicPartition> owned, int generation)
    {
        using var buffer = new FrameBuffer();
        var writer = new WireWriter(buffer, flexible: false);
        ConsumerTopicPartitions[] topics = Embedded.Write(owned);
        writer.Array(ref topics, version: 0);
        writer.Int32(ref generation);
        return buffer.ToArray();
    }

    public (List<TopicPartition> Owned, int Generation)? ReadUserData(ReadOnlyMemory<byte> userData)
    {
        try
        {
            var reader = new WireReader(userData, flexible: false);
            ConsumerTopicPartitions[] topics = [];
            reader.Array(ref topics, version: 0);
            int generation = -1;
            // The first version of this format ended here.
            if (reader.Remaining >= sizeof(int)) reader.Int32(ref generation);
            return (Embedded.Read(topics), generation);
        }
        catch (MalformedMessageException)
        {
            return null;
        }
    }

    public Dictionary<string, List<TopicPartition>> Assign(
        IReadOnlyList<MemberSubscription> members, IReadOnlyDictionary<string, int> partitionCounts) =>
        new StickyBalance(members, partitionCounts).Run();
}
