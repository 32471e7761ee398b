namespace LogStore.Client.Groups;

/// <summary>Divides partitions among the members of a group. The member that leads the group calls it.</summary>
internal interface IAssignor
{
    /// <summary>The strategy's name, by which clients in all languages know it.</summary>
    public string Name { get; }

    /// <summary>Whether members keep what they have while the group rebalances (KIP-429).</summary>
    public bool IsCooperative => false;

    /// <summary>What the member tells the assignor besides its topics; null for nothing.</summary>
    public byte[]? WriteUserData(IReadOnlyCollection<TopicPartition> owned, int generation) => null;

    /// <summary>Reads what a member has told; null if it is no such thing.</summary>
    public (List<TopicPartition> Owned, int Generation)? ReadUserData(ReadOnlyMemory<byte> userData) => null;

    /// <summary>Divides the partitions of the topics that exist among the members that subscribe to them.</summary>
    /// <param name="members">The members, in the order of <see cref="MemberSubscription.Compare"/>.</param>
    /// <param name="partitionCounts">How many partitions each topic has.</param>
    /// <returns>For each member its partitions.</returns>
    public Dictionary<string, List<TopicPartition>> Assign(
        IReadOnlyList<MemberSubscription> members, IReadOnlyDictionary<string, int> partitionCounts);
}
