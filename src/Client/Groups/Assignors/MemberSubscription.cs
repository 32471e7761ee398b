namespace LogStore.Client.Groups;

/// <summary>What a member tells the one that assigns.</summary>
/// <param name="MemberId">The member, by the id that the coordinator gave it.</param>
/// <param name="InstanceId">The name of a static member; null for a dynamic one.</param>
/// <param name="Topics">What it subscribes to.</param>
/// <param name="Owned">What it has now.</param>
/// <param name="Generation">The generation in which it got that; -1 if it is not known.</param>
internal sealed record MemberSubscription(
    string MemberId, string? InstanceId, IReadOnlyCollection<string> Topics, IReadOnlyCollection<TopicPartition> Owned,
    int Generation)
{
    /// <summary>Static members first, by their own names, so that a restart changes nothing.</summary>
    public static int Compare(MemberSubscription left, MemberSubscription right)
    {
        if (left.InstanceId is null != right.InstanceId is null) return left.InstanceId is null ? 1 : -1;
        return left.InstanceId is null
            ? string.CompareOrdinal(left.MemberId, right.MemberId)
            : string.CompareOrdinal(left.InstanceId, right.InstanceId);
    }
}
