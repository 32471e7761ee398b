namespace LogStore.Simulation.Clients;

/// <summary>What a producer is told of a batch.</summary>
internal enum ProduceStatus
{
    /// <summary>It is in the log, or committed if that was asked for.</summary>
    Done,

    /// <summary>The broker does not lead, or leads no more: the batch may be in the log, or not.</summary>
    NotLeader,

    /// <summary>There are too few in-sync replicas; it was not appended.</summary>
    NotEnoughReplicas,

    /// <summary>There is no room for it; it was not appended.</summary>
    DiskFull,

    /// <summary>It does not follow what the log has of this producer; it was not appended.</summary>
    OutOfOrder,

    /// <summary>A later epoch of this producer has written; it was not appended.</summary>
    Fenced,
}
