using System.Collections.Immutable;
using LogStore.Replicator.Protocol;

namespace LogStore.Simulation.Plans;

/// <summary>A partition at its beginning.</summary>
internal sealed record PartitionPlan(ImmutableArray<int> Replicas, ReplicaOptions Options, bool AllowsUnclean);
