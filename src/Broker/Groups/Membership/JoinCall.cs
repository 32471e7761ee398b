namespace LogStore.Broker.Groups.Membership;

/// <summary>A request to join. Its bytes outlive the frame that it came in.</summary>
internal sealed record JoinCall
{
    /// <summary>Names the request in the effects that answer it. Unique in the group.</summary>
    public long Ticket { get; init; }

    /// <summary>Who joins; without a member id when it joins for the first time.</summary>
    public required MemberIdentity Member { get; init; }

    /// <summary>The id that the member gets if it has none: unique, and made outside, where randomness is.</summary>
    public required string NewMemberId { get; init; }

    /// <summary>
    /// Whether a dynamic member that has no id is sent away with one first, so that a client that never comes back does
    /// not count as a member (KIP-394).
    /// </summary>
    public bool RequiresKnownMemberId { get; init; }

    public string ClientId { get; init; } = "";

    public string ClientHost { get; init; } = "";

    public required int SessionTimeoutMs { get; init; }

    public required int RebalanceTimeoutMs { get; init; }

    public required string ProtocolType { get; init; }

    /// <summary>The assignors that the member can work with, its favourite first.</summary>
    public required MemberProtocol[] Protocols { get; init; }
}
