using LogStore.Replicator.Replicas;

namespace LogStore.Replicator.Cluster;

/// <summary>Is told what becomes of the cluster and of the replicas here. Calls must be quick, and hold no lock of the caller.</summary>
public interface IClusterListener
{
    /// <summary>The cluster is another one now. Called in order.</summary>
    public void OnCluster(ClusterImage image);

    /// <summary>A replica was opened here, as the first that is heard of it.</summary>
    public void OnOpened(Replica replica);

    /// <summary>A replica's watermark or leadership has changed.</summary>
    public void OnChanged(Replica replica);

    /// <summary>A replica here was closed for good: its topic was deleted, or it was moved to another broker.</summary>
    public void OnClosed(Replica replica);
}
