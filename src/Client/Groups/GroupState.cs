namespace LogStore.Client.Groups;

/// <summary>What a member is in its group at the moment. Never changes.</summary>
/// <param name="MemberId">The id that the coordinator gave it; empty before it did.</param>
/// <param name="Generation">The group's generation; -1 outside of one.</param>
internal sealed record GroupState(string MemberId, int Generation)
{
    /// <summary>Not in the group.</summary>
    public static readonly GroupState Outside = new("", -1);

    /// <summary>Whether it takes part in a generation.</summary>
    public bool IsMember => Generation >= 0;
}
