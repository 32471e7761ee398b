using LogStore.Sinks.Sqlite.Mapping;

namespace LogStore.Sinks.Sqlite.Progress;

/// <summary>By offset: what lies before the partition's progress was applied.</summary>
internal sealed class OffsetDeduplication : IDeduplication
{
    public RecordSource[] Sources => [];

    public bool IsNew(PartitionProgress progress, long offset, ReadOnlySpan<BoundValue> values, out string? problem)
    {
        problem = null;
        return offset >= progress.Next;
    }

    public void Write(IReadOnlyCollection<PartitionProgress> changed)
    {
    }

    public void Forget()
    {
    }

    public void Dispose()
    {
    }
}
