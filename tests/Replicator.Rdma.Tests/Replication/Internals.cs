using System.Runtime.CompilerServices;
using LogStore.Replicator.Rdma.Links;
using LogStore.Replicator.Rdma.Verbs;
using LogStore.Replicator.Transport;

namespace LogStore.Replicator.Rdma.Tests.Replication;

/// <summary>Reaches what a link keeps to itself, to break it.</summary>
internal static class Internals
{
    public static MemoryRegion RingOf(IReplicaLink link) => Ring(Memory((RdmaLink)link));

    public static RdmaHub HubOf(IReplicaLink link) => Hub((RdmaLink)link);

    public static string? FailureOf(IReplicaLink link) => Failure((RdmaLink)link);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_memory")]
    private static extern ref RdmaLinkMemory Memory(RdmaLink link);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_hub")]
    private static extern ref RdmaHub Hub(RdmaLink link);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_failure")]
    private static extern ref string? Failure(RdmaLink link);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_ring")]
    private static extern ref MemoryRegion Ring(RdmaLinkMemory memory);
}
