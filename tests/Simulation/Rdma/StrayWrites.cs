using LogStore.Replicator.Rdma.Staging;
using LogStore.Simulation.Cluster;

namespace LogStore.Simulation.Rdma;

/// <summary>
/// Writes that no key has kept away from a ring: after an entry has landed, and before it is announced, what began the
/// ring that was at this address before, or what began an earlier lap, is written over it once more; or its writer has
/// gone mad. Only the staging header tells, and it has to: nothing of this may reach a replica.
/// </summary>
/// <remarks>
/// What strays begins where the entry does, and is not longer. It does not hit what is being read already, nor only the
/// lines behind a header: no check at admission could tell, so there the ring relies on its key and its queue pair.
/// </remarks>
internal static class StrayWrites
{
    public static void OnLanded(
        SimulatedCluster cluster, RegisteredMemory memory, WorkRequest entry, ref uint immediate)
    {
        Prng random = cluster.World.Random;
        int chance = cluster.Network.IsHealed || memory.IsStruck ? 0 : cluster.Plan.Rdma!.StrayPerMille;
        Span<byte> landed = memory.Bytes.AsSpan(entry.Offset, entry.Length);
        if (entry.Offset == 0)
        {
            RingAddress address = memory.Address;
            bool isFirst = address.First is null;
            byte[]? earlier = isFirst ? address.FirstBefore : address.Latest;
            address.Latest = landed.ToArray();
            address.First ??= address.Latest;
            if (earlier is not null && random.PerMille(isFirst ? Math.Min(300, 30 * chance) : chance))
                Strike(cluster, memory, "an entry of earlier times", earlier, landed);
        }
        else if (chance > 0 && random.PerMille(chance / 4) && CanForge(memory, entry))
        {
            cluster.World.Say($"stray: a pad that does not end where the ring does, at {entry.Offset}");
            Forge(memory, entry);
            immediate++;
            cluster.Figures.Strays++;
        }
    }

    private static void Strike(
        SimulatedCluster cluster, RegisteredMemory memory, string what, ReadOnlySpan<byte> bytes, Span<byte> landed)
    {
        cluster.World.Say($"stray: {what} lands at the ring's beginning");
        memory.IsStruck = true;
        bytes[..Math.Min(bytes.Length, landed.Length)].CopyTo(landed);
        cluster.Figures.Strays++;
    }

    private static bool CanForge(RegisteredMemory memory, WorkRequest entry) =>
        entry.Offset + entry.Length + (2 * StagingHeader.Line) <= memory.Bytes.Length &&
        memory.Checker.IsFreeUpTo(entry.End + StagingHeader.Line);

    /// <summary>A pad of one line, and the entry behind it, both with numbers that are due.</summary>
    private static void Forge(RegisteredMemory memory, WorkRequest entry)
    {
        Span<byte> place = memory.Bytes.AsSpan(entry.Offset, entry.Length + StagingHeader.Line);
        StagingHeader header = StagingHeader.Read(place, entry.Length);
        place[StagingHeader.Size..entry.Length].CopyTo(place[(StagingHeader.Line + StagingHeader.Size)..]);
        (header with { Sequence = header.Sequence + 1 }).WriteTo(place[StagingHeader.Line..]);
        new StagingHeader(StagingKind.Pad, header.Sequence, header.Generation, StagingHeader.Line - StagingHeader.Size)
            .WriteTo(place);
        memory.IsStruck = true;
    }
}
