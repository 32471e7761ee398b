namespace LogStore.Replicator.Protocol;

/// <summary>How a partition is replicated.</summary>
public sealed record ReplicaOptions
{
    /// <summary>How many in-sync replicas there must be for anything to be committed (<c>min.insync.replicas</c>).</summary>
    public int MinInsyncReplicas { get; init; } = 1;

    /// <summary>
    /// Whether a record is committed only when it is durable on every in-sync replica (<c>flush.messages=1</c>); otherwise
    /// when it is in their logs.
    /// </summary>
    public bool CommitsFlushed { get; init; }

    /// <summary>How long a follower may lag and stay in sync, in milliseconds (<c>replica.lag.time.max.ms</c>).</summary>
    public long LagTimeMaxMs { get; init; } = 10_000;

    /// <summary>After how many milliseconds without an answer something is said again.</summary>
    public long RetryMs { get; init; } = 500;
}
