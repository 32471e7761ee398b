using System.Runtime.InteropServices;

namespace LogStore.Cli.Cluster.Status;

/// <summary>One replica of a partition.</summary>
/// <param name="BrokerId">The broker that has it.</param>
/// <param name="Lag">How far its end is behind what is committed, in offsets; null if its broker does not say.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ReplicaStatus(int BrokerId, long? Lag);
