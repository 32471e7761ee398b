using LogStore.Reading;
using LogStore.Segments;

namespace LogStore.Appending;

/// <summary>
/// Lends what has just been written from the memory that it was written from. Whoever is told of an append, as a leader's
/// replica is, finds it there during the call; later it is in the file only, so that no log holds memory for who is behind.
/// </summary>
internal sealed partial class AppendPipeline
{
    private readonly Lock _lending = new();
    private StagingBuffer? _announced;

    /// <summary>Lends whole batches, if they are those that are being announced.</summary>
    /// <param name="offset">Where the first begins.</param>
    /// <param name="endOffset">No batch that ends above this offset is part of it (exclusive).</param>
    /// <param name="maxBytes">How much of it, at most.</param>
    /// <param name="lent">The batches; to be released by the caller.</param>
    public bool TryLend(long offset, long endOffset, int maxBytes, out LentBatches lent)
    {
        lock (_lending)
        {
            lent = default;
            if (_announced is not { } buffer) return false;
            int first = buffer.Find(offset);
            if (first < 0) return false;
            // What is behind the log's end is being written still.
            long end = Math.Min(endOffset, LogEndOffset);
            int start = buffer.Batches(first, first + 1)[0].Position;
            int length = 0;
            long next = offset;
            foreach (ref readonly StagedBatch batch in buffer.Batches(first, buffer.BatchCount))
            {
                if (batch.LastOffset >= end || length + batch.Size > maxBytes) break;
                length += batch.Size;
                next = batch.LastOffset + 1;
            }

            if (length == 0) return false;
            buffer.Hold();
            lent = new LentBatches(buffer, start, length, next);
            return true;
        }
    }

    private void Announce(StagingBuffer? buffer)
    {
        if (buffer is not null && !_log.Signal.HasListeners) return; // Who is not told cannot ask.
        lock (_lending) _announced = buffer;
    }
}
