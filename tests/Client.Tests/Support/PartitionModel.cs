using System.Text;
using LogStore.KafkaProtocol;
using LogStore.Records;

namespace LogStore.Client.Tests.Support;

/// <summary>
/// A partition that takes an idempotent producer's batches as the broker does: once, and in their order (KIP-98).
/// </summary>
internal sealed class PartitionModel
{
    private readonly Lock _gate = new();
    private readonly List<string> _values = [];
    private readonly Dictionary<long, List<(int First, int Last, long Offset)>> _producers = [];

    public string[] Values
    {
        get
        {
            lock (_gate) return [.. _values];
        }
    }

    /// <summary>Appends a batch.</summary>
    public (ErrorCode Code, long Offset) Append(ReadOnlyMemory<byte> bytes)
    {
        RecordBatch batch = RecordBatch.Parse(bytes);
        lock (_gate)
        {
            long offset = _values.Count;
            if (batch.HasProducerId)
            {
                if (!_producers.TryGetValue(batch.ProducerId, out List<(int First, int Last, long Offset)>? known))
                    _producers[batch.ProducerId] = known = [];
                foreach ((int first, int last, long at) in known.TakeLast(5))
                    if (first == batch.BaseSequence && last == batch.LastSequence) return (ErrorCode.None, at);
                int expected = known.Count == 0 ? 0 : known[^1].Last + 1;
                if (batch.BaseSequence != expected) return (ErrorCode.OutOfOrderSequenceNumber, -1);
                known.Add((batch.BaseSequence, batch.LastSequence, offset));
            }

            foreach (RecordView record in batch) _values.Add(Encoding.UTF8.GetString(record.Value));
            return (ErrorCode.None, offset);
        }
    }

    /// <summary>Forgets all producers, as retention does.</summary>
    public void ForgetProducers()
    {
        lock (_gate) _producers.Clear();
    }
}
