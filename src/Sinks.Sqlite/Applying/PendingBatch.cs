using System.Runtime.InteropServices;

namespace LogStore.Sinks.Sqlite.Applying;

/// <summary>A batch that waits for its transaction, in memory of its own.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Batch">The batch.</param>
/// <param name="StartOffset">The offset to begin with (inclusive).</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PendingBatch(TopicPartition Partition, RecordBatch Batch, long StartOffset);
