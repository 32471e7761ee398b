namespace LogStore.Broker.Groups.Membership;

/// <summary>Where a group stands. The names are those that clients are told.</summary>
internal enum GroupState
{
    /// <summary>It has no members; perhaps offsets.</summary>
    Empty,

    /// <summary>Its members are asked to join again; those who have wait for the others.</summary>
    PreparingRebalance,

    /// <summary>Its members know the generation and wait for the leader's assignment.</summary>
    CompletingRebalance,

    /// <summary>Its members have their assignments.</summary>
    Stable,

    /// <summary>It was deleted or moved to another broker: whoever holds it has to look it up again.</summary>
    Dead,
}
