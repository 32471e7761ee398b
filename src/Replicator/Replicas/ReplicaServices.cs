using LogStore.Replicator.Protocol;
using Microsoft.Extensions.Logging;

namespace LogStore.Replicator.Replicas;

/// <summary>What all replicas of a broker share.</summary>
internal sealed class ReplicaServices(
    ReplicaLinks links, IReplicaHost host, TimeSpan lagTimeMax, TimeProvider time, ILogger logger)
{
    public ReplicaLinks Links { get; } = links;

    public IReplicaHost Host { get; } = host;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;

    /// <summary>In milliseconds of a clock that does not go back.</summary>
    public long Now => (long)Time.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>How a topic with these settings is replicated.</summary>
    public ReplicaOptions OptionsOf(LogConfig config) => new()
    {
        MinInsyncReplicas = config.MinInsyncReplicas,
        CommitsFlushed = config.FlushMessages == 1,
        LagTimeMaxMs = (long)lagTimeMax.TotalMilliseconds,
    };
}

/// <summary>Acts for the replicas of a broker: asks the authority, and tells the broker.</summary>
internal interface IReplicaHost
{
    /// <summary>
    /// Has the authority take a state for the one whose version it names, if that is still there; tells the replica what there
    /// is then. Goes on trying while there is no answer.
    /// </summary>
    public void Propose(Replica replica, PartitionState state);

    /// <summary>Tells whether this broker can serve the partition, which has changed.</summary>
    public void ReportCondition(Replica replica);

    /// <summary>The watermark or the leadership has changed. Called under no lock.</summary>
    public void OnChanged(Replica replica);
}
