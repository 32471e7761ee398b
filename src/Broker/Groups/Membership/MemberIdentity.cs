namespace LogStore.Broker.Groups.Membership;

/// <summary>Who a request says that it comes from.</summary>
/// <param name="MemberId">The id that the coordinator gave; empty where the client has none.</param>
/// <param name="InstanceId">The name of a static member, which outlives its restarts (KIP-345); null otherwise.</param>
internal readonly record struct MemberIdentity(string MemberId, string? InstanceId = null)
{
    /// <summary>Who commits offsets without being a member of a group.</summary>
    public static MemberIdentity None => new("");
}
