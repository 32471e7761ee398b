namespace LogStore.Broker.Groups.Membership;

/// <summary>A request for an assignment. Its bytes outlive the frame that it came in.</summary>
internal sealed record SyncCall
{
    /// <summary>Names the request in the effects that answer it. Unique in the group.</summary>
    public long Ticket { get; init; }

    public required MemberIdentity Member { get; init; }

    public required int Generation { get; init; }

    /// <summary>The leader's assignment by member id; empty from the others.</summary>
    public Dictionary<string, ReadOnlyMemory<byte>> Assignments { get; init; } = [];
}
