using System.Collections.Immutable;

namespace LogStore.Replicator.Cluster;

/// <summary>
/// Spreads the replicas of a topic's partitions over brokers: each broker leads about as many as any other, and a
/// partition's replicas stand in as many racks as there are.
/// </summary>
public static class ReplicaPlacement
{
    /// <summary>Chooses the replicas of each partition, the preferred leader first.</summary>
    /// <param name="brokers">The brokers to choose among: their numbers and racks.</param>
    /// <param name="firstPartition">The number of the first partition to place.</param>
    /// <param name="partitionCount">How many to place.</param>
    /// <param name="replicationFactor">Replicas for each, at least 1 and at most as many as there are brokers.</param>
    /// <param name="start">Where to begin in the circle of brokers: another one for each topic.</param>
    public static ImmutableArray<int>[] Place(
        IReadOnlyCollection<(int BrokerId, string? Rack)> brokers, int firstPartition, int partitionCount,
        int replicationFactor, int start)
    {
        ArgumentNullException.ThrowIfNull(brokers);
        ArgumentOutOfRangeException.ThrowIfLessThan(replicationFactor, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(replicationFactor, brokers.Count);
        (int BrokerId, string? Rack)[] circle = Interleave(brokers);
        var placed = new ImmutableArray<int>[partitionCount];
        for (int index = 0; index < partitionCount; index++)
        {
            int partition = firstPartition + index;
            int first = (int)(((uint)start + (uint)partition) % (uint)circle.Length);
            // Each time round the circle the followers begin one place further on, so that no two brokers share all they have.
            int shift = partition / circle.Length;
            placed[index] = Choose(circle, first, shift, replicationFactor);
        }

        return placed;
    }

    private static ImmutableArray<int> Choose((int BrokerId, string? Rack)[] circle, int first, int shift, int count)
    {
        List<(int BrokerId, string? Rack)> chosen = [circle[first]];
        List<(int BrokerId, string? Rack)> others = [];
        for (int step = 0; step < circle.Length - 1; step++)
            others.Add(circle[(first + 1 + ((step + shift) % (circle.Length - 1))) % circle.Length]);
        while (chosen.Count < count)
        {
            // The next whose rack has the fewest of the replicas so far.
            (int BrokerId, string? Rack) next = others.MinBy(
                other => chosen.Count(replica => replica.Rack is not null && replica.Rack == other.Rack));
            others.Remove(next);
            chosen.Add(next);
        }

        return [.. chosen.Select(replica => replica.BrokerId)];
    }

    /// <summary>The brokers in a circle in which neighbours stand in different racks, as far as that goes.</summary>
    private static (int BrokerId, string? Rack)[] Interleave(IReadOnlyCollection<(int BrokerId, string? Rack)> brokers) =>
    [
        .. brokers.GroupBy(broker => broker.Rack, StringComparer.Ordinal)
            .OrderBy(rack => rack.Key, StringComparer.Ordinal)
            .SelectMany(rack => rack.OrderBy(broker => broker.BrokerId).Select((broker, place) => (broker, place)))
            .OrderBy(entry => entry.place)
            .Select(entry => entry.broker),
    ];
}
