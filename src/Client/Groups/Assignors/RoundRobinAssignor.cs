namespace LogStore.Client.Groups;

/// <summary>All partitions of all topics in turn; a member that does not subscribe to a topic is passed over.</summary>
internal sealed class RoundRobinAssignor : IAssignor
{
    public string Name => "roundrobin";

    public Dictionary<string, List<TopicPartition>> Assign(
        IReadOnlyList<MemberSubscription> members, IReadOnlyDictionary<string, int> partitionCounts)
    {
        var assigned = members.ToDictionary(member => member.MemberId, _ => new List<TopicPartition>());
        int turn = 0;
        foreach ((string topic, int count) in partitionCounts.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            if (!members.Any(member => member.Topics.Contains(topic))) continue;
            for (int partition = 0; partition < count; partition++)
            {
                while (!members[turn % members.Count].Topics.Contains(topic)) turn++;
                assigned[members[turn++ % members.Count].MemberId].Add(new(topic, partition));
            }
        }

        return assigned;
    }
}
