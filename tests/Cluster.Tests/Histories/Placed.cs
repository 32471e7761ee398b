namespace LogStore.Cluster.Tests.Histories;

/// <summary>An entry at a place, as somebody was told it or has seen it there.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">Its offset; -1 where an acknowledgement did not name one.</param>
internal readonly record struct Placed(Entry Entry, int Partition, long Offset);
