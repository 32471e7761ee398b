namespace LogStore.Broker.Cluster;

/// <summary>A broker as clients are told of it.</summary>
internal sealed record ClusterNode(int Id, string Host, int Port, string? Rack);
