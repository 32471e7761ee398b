namespace LogStore.Cluster.Tests.Processes;

/// <summary>How a cluster is to be set up.</summary>
internal sealed record ClusterShape
{
    public int Brokers { get; init; } = 3;

    /// <summary>Whether the brokers agree at an etcd of their own; else in a SQLite file.</summary>
    public bool UsesEtcd { get; init; }

    /// <summary>Whether replication goes through proxies, so that it can be cut.</summary>
    public bool HasProxies { get; init; }

    /// <summary>Settings beside those that every cluster has here.</summary>
    public string[] Settings { get; init; } = [];

    /// <summary>Where a broker's data directory is, where it is to be elsewhere.</summary>
    public IReadOnlyDictionary<int, string> Directories { get; init; } = new Dictionary<int, string>();
}
