using System.Runtime.CompilerServices;

namespace LogStore.Producers;

/// <summary>One producer's epoch and its last five batches, the most that a client may have in flight.</summary>
/// <remarks>Source: KIP-98; the window of five is KAFKA-5494.</remarks>
internal sealed class ProducerState(long producerId, short epoch)
{
    public const int Window = 5;

    private RecentBatches _recent;

    public long ProducerId { get; } = producerId;

    public short Epoch { get; private set; } = epoch;

    /// <summary>How many batches are remembered: 0 to <see cref="Window"/>.</summary>
    public int Count { get; private set; }

    /// <summary>When the producer last wrote, in milliseconds since 1970.</summary>
    public long LastTimestamp { get; private set; }

    /// <summary>The last batch; there is one whenever <see cref="Count"/> is not 0.</summary>
    public ProducedBatch Last => _recent[Count - 1];

    /// <summary>The batches, oldest first.</summary>
    public ProducedBatch this[int index] => _recent[index];

    /// <summary>The sequence that the next batch must begin with; after int.MaxValue comes 0.</summary>
    public int NextSequence => Count == 0 ? 0 : Last.LastSequence == int.MaxValue ? 0 : Last.LastSequence + 1;

    /// <summary>Finds a remembered batch with exactly these sequences.</summary>
    public bool TryFind(int baseSequence, int lastSequence, out ProducedBatch batch)
    {
        for (int index = 0; index < Count; index++)
        {
            batch = _recent[index];
            if (batch.BaseSequence == baseSequence && batch.LastSequence == lastSequence) return true;
        }

        batch = default;
        return false;
    }

    /// <summary>Remembers a batch, forgetting the oldest where the window is full; a new epoch forgets all.</summary>
    public void Add(short epoch, in ProducedBatch batch, long timestamp)
    {
        if (epoch != Epoch)
        {
            Epoch = epoch;
            Count = 0;
        }

        if (Count == Window)
        {
            for (int index = 1; index < Window; index++) _recent[index - 1] = _recent[index];
            Count--;
        }

        _recent[Count++] = batch;
        LastTimestamp = timestamp;
    }

    [InlineArray(Window)]
    private struct RecentBatches
    {
        private ProducedBatch _first;
    }
}
