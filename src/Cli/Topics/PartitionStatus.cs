namespace LogStore.Cli.Topics;

/// <summary>One partition as it is found from outside.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="StartOffset">The first retained offset (inclusive).</param>
/// <param name="EndOffset">The end (exclusive).</param>
/// <param name="SizeInBytes">The bytes of its batches; null where they are not known.</param>
/// <param name="Segments">How many segments it has, none before it is first written; null where that is not known.</param>
internal sealed record PartitionStatus(int Partition, long StartOffset, long EndOffset, long? SizeInBytes, int? Segments)
{
    /// <summary>How many offsets are retained.</summary>
    public long Records => EndOffset - StartOffset;
}
