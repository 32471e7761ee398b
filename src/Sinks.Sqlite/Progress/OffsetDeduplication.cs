using LogStore.Sinks.Sqlite.Mapping;

namespace LogStore.Sinks.Sqlite.Progress;

/// <summary>By offset, which is looked at before: whatever lies behind the partition's progress is new.</summary>
internal sealed class OffsetDeduplication : IDeduplication
{
    public RecordSource[] Sources => [];

    public bool IsNew(PartitionProgress progress, long offset, ReadOnlySpan<BoundValue> values, out string? problem)
    {
        problem = null;
        return true;
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
