namespace LogStore.Appending;

/// <summary>Staging buffers between two uses, shared by all logs of the process: an idle log holds none.</summary>
/// <remarks>
/// Thread-safe. Keeps a bounded number of each capacity, so that logs with different ones do not take each other's place;
/// what exceeds it goes to the garbage collector.
/// </remarks>
internal static class StagingPool
{
    private const int Kept = 16;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<int, Stack<StagingBuffer>> Idle = [];

    /// <summary>An empty buffer of exactly this capacity, or larger where a batch needs more.</summary>
    public static StagingBuffer Rent(int capacity, int batchSize)
    {
        if (batchSize > capacity) return new StagingBuffer(batchSize);
        lock (Gate)
        {
            if (Idle.TryGetValue(capacity, out Stack<StagingBuffer>? idle) && idle.TryPop(out StagingBuffer? buffer))
                return buffer;
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
            if (!Idle.TryGetValue(capacity, out Stack<StagingBuffer>? idle)) Idle.Add(capacity, idle = new(Kept));
            if (idle.Count < Kept) idle.Push(buffer);
        }
    }
}
