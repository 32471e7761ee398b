namespace LogStore.Appending;

/// <summary>Staging buffers between two uses, shared by all logs of the process: an idle log holds none.</summary>
/// <remarks>Thread-safe. Keeps a bounded number; what exceeds it goes to the garbage collector.</remarks>
internal static class StagingPool
{
    private const int Kept = 16;

    private static readonly Lock Gate = new();
    private static readonly Stack<StagingBuffer> Idle = new(Kept);

    /// <summary>An empty buffer of exactly this capacity, or larger where a batch needs more.</summary>
    public static StagingBuffer Rent(int capacity, int batchSize)
    {
        if (batchSize > capacity) return new StagingBuffer(batchSize);
        lock (Gate)
        {
            if (Idle.TryPeek(out StagingBuffer? buffer) && buffer.Capacity == capacity) return Idle.Pop();
        }

        return new StagingBuffer(capacity);
    }

    /// <summary>Takes a buffer back; oversized ones are let go.</summary>
    public static void Return(StagingBuffer buffer, int capacity)
    {
        if (buffer.Capacity != capacity) return;
        buffer.Clear();
        lock (Gate)
        {
            if (Idle.Count < Kept) Idle.Push(buffer);
        }
    }
}
