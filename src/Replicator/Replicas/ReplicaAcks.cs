namespace LogStore.Replicator.Replicas;

/// <summary>What a producer waits for.</summary>
public enum ReplicaAcks
{
    /// <summary>Nothing (<c>acks=0</c>).</summary>
    None,

    /// <summary>The leader's log (<c>acks=1</c>).</summary>
    Leader,

    /// <summary>The logs of all in-sync replicas, of which there must be enough (<c>acks=all</c>).</summary>
    All,
}
