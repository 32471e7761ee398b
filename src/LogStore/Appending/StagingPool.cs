namespace LogStore.Appending;

/// <summary>The staging buffers of one memory between two uses: an idle log holds none.</summary>
/// <remarks>
/// Thread-safe. Keeps a bounded number of each capacity, so that logs with different ones do not take each other's place;
/// what exceeds it goes to the garbage collector, unless its memory is to be kept.
/// </remarks>
internal sealed class StagingPool(StagingMemory memory)
{
    private const int Kept = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Stack<StagingBuffer>> _idle = [];

    /// <summary>An empty buffer of exactly this capacity, or one of its own for a batch that needs more.</summary>
    public StagingBuffer Rent(int capacity, int batchSize)
    {
        if (batchSize > capacity) return new StagingBuffer(StagingMemory.Managed.Allocate(batchSize), home: null);
        StagingBuffer? buffer;
        lock (_gate)
        {
            if (_idle.TryGetValue(capacity, out Stack<StagingBuffer>? idle) && idle.TryPop(out buffer))
            {
                buffer.Hold();
                return buffer;
            }
        }

        return new StagingBuffer(memory.Allocate(capacity), home: this);
    }

    /// <summary>Takes back a buffer that nobody holds any more.</summary>
    public void Return(StagingBuffer buffer)
    {
        buffer.Clear();
        lock (_gate)
        {
            if (!_idle.TryGetValue(buffer.Capacity, out Stack<StagingBuffer>? idle)) _idle.Add(buffer.Capacity, idle = new(Kept));
            if (buffer.Block.IsKept || idle.Count < Kept) idle.Push(buffer);
        }
    }
}
