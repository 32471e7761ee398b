using LogStore.Replicator.Protocol;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>The partitions that are replicated.</summary>
internal static class Partitions
{
    /// <summary>As many as a broker's threads can append to at a time on the machine that this is run on.</summary>
    public const int Count = 2;

    private static readonly Guid Topic = new("5f0c9d0e-86b1-4c0e-9f59-4b1d6a1b2a7e");

    public static PartitionId Id(int index) => new(Topic, index);
}
