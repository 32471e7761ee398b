using LogStore.Producers;
using LogStore.Reading;

namespace LogStore;

/// <summary>What a server needs to hand batches on without looking into them.</summary>
public sealed partial class Log
{
    /// <summary>
    /// Has <paramref name="listener"/> called each time the end of the log has moved, on the thread that wrote: it must be
    /// quick, must not throw and must not append.
    /// </summary>
    public void AddAppendListener(Action listener) => _state.Signal.AddListener(listener);

    /// <summary>Ends <see cref="AddAppendListener"/>; a call that is under way may still come.</summary>
    public void RemoveAppendListener(Action listener) => _state.Signal.RemoveListener(listener);

    /// <summary>Takes a stretch of batches as it lies in one segment's file, from the batch that holds an offset on.</summary>
    /// <param name="offset">In [<see cref="LogStartOffset"/>, <see cref="LogEndOffset"/>].</param>
    /// <param name="endOffset">No batch at or above this offset is part of it (exclusive).</param>
    /// <param name="maxBytes">The most bytes; the last batch may be cut short by it, the first never is.</param>
    /// <param name="wholeFirstBatch">Whether the first batch is taken even if it is larger (KIP-74).</param>
    /// <returns>
    /// The stretch, which the caller disposes; null when there is nothing to read, or its first batch is too large.
    /// </returns>
    /// <remarks>
    /// The bytes are as the file has them: whoever reads records from them checks the batches' CRC-32C. A truncation
    /// that comes later may cut them.
    /// </remarks>
    /// <exception cref="OffsetOutOfRangeException">The offset is not in the log.</exception>
    /// <exception cref="CorruptLogException">The batches' headers are damaged.</exception>
    public LogSlice? Slice(long offset, long endOffset, int maxBytes, bool wholeFirstBatch)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return LogSlicer.Slice(_view, offset, endOffset, maxBytes, wholeFirstBatch);
    }

    /// <summary>The first record that is no older than a time; null when there is none.</summary>
    /// <param name="timestamp">Milliseconds since 1970.</param>
    public (long Offset, long Timestamp)? FindRecord(long timestamp)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return BatchStream.FindRecord(_view, timestamp);
    }

    /// <summary>The leader epoch of the batch that holds an offset; -1 when that is not known.</summary>
    public int LeaderEpochAt(long offset) => _pipeline.WithEpochs(epochs => epochs.EpochAt(offset));

    /// <summary>The idempotent producers that the log remembers, in no order.</summary>
    public IReadOnlyList<ActiveProducer> ListProducers()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _pipeline.WithProducers(producers => producers.List());
    }
}
