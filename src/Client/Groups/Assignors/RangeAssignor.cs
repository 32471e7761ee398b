namespace LogStore.Client.Groups;

/// <summary>Topic by topic, neighbouring partitions to the same member; the first members get one more.</summary>
internal sealed class RangeAssignor : IAssignor
{
    public string Name => "range";

    public Dictionary<string, List<TopicPartition>> Assign(
        IReadOnlyList<MemberSubscription> members, IReadOnlyDictionary<string, int> partitionCounts)
    {
        var assigned = members.ToDictionary(member => member.MemberId, _ => new List<TopicPartition>());
        foreach ((string topic, int count) in partitionCounts.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            MemberSubscription[] subscribers = [.. members.Where(member => member.Topics.Contains(topic))];
            int next = 0;
            for (int i = 0; i < subscribers.Length; i++)
            {
                int share = (count / subscribers.Length) + (i < count % subscribers.Length ? 1 : 0);
                for (int end = next + share; next < end; next++)
                    assigned[subscribers[i].MemberId].Add(new(topic, next));
            }
        }

        return assigned;
    }
}
