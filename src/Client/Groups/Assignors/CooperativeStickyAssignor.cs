namespace LogStore.Client.Groups;

/// <summary>
/// As <see cref="StickyAssignor"/>, in two steps where a partition moves: in the first its owner gives it up, and only
/// in the next generation somebody else gets it (KIP-429).
/// </summary>
internal sealed class CooperativeStickyAssignor : IAssignor
{
    public string Name => "cooperative-sticky";

    public bool IsCooperative => true;

    public Dictionary<string, List<TopicPartition>> Assign(
        IReadOnlyList<MemberSubscription> members, IReadOnlyDictionary<string, int> partitionCounts)
    {
        Dictionary<string, List<TopicPartition>> assigned = new StickyBalance(members, partitionCounts).Run();
        HashSet<TopicPartition> held = [.. members.SelectMany(member => member.Owned)];
        foreach (MemberSubscription member in members)
        {
            HashSet<TopicPartition> own = [.. member.Owned];
            assigned[member.MemberId].RemoveAll(each => held.Contains(each) && !own.Contains(each));
        }

        return assigned;
    }
}
