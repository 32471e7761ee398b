namespace LogStore.Client;

/// <summary>A member of a group in one of its generations.</summary>
/// <param name="MemberId">The id that the coordinator gave it.</param>
/// <param name="Generation">Counts the group's rebalances: what a later generation has decided overrules earlier ones.</param>
public readonly record struct GroupMember(string MemberId, int Generation);
