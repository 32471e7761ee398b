namespace LogStore.Replicator.Protocol;

/// <summary>What leaders and followers say to each other. The numbers are those of the wire.</summary>
public enum ReplicaMessageKind : byte
{
    /// <summary>Follower to leader: where my log ends, and in which epoch; send me what follows.</summary>
    Follow = 1,

    /// <summary>Leader to follower: our logs part here at the latest; cut yours and follow again (KIP-101, KIP-279).</summary>
    Truncate = 2,

    /// <summary>Leader to follower: what you lack I no longer have; begin again, empty, at my log's start.</summary>
    Reset = 3,

    /// <summary>Leader to follower: record batches, or only how far the leader has come.</summary>
    Append = 4,

    /// <summary>Follower to leader: how far my log holds what yours does.</summary>
    Acknowledge = 5,

    /// <summary>Either way: I know of a later leader epoch than yours.</summary>
    Fenced = 6,

    /// <summary>Leader to follower: I lead now, so follow me; for one whose Follow came too early.</summary>
    Lead = 7,
}
