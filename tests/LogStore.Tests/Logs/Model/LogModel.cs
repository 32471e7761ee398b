using LogStore.Tests.Logs.Support;

namespace LogStore.Tests.Logs.Model;

/// <summary>What a log should be, as a list in memory. Written from the documentation, with none of the log's own code.</summary>
internal sealed class LogModel
{
    private const int Window = 5;

    // Deleted batches stay in the list: the producers' state outlives them.
    private readonly List<ModelBatch> _batches = [];

    public long Start { get; set; }

    public long End => _batches.Count == 0 ? 0 : _batches[^1].NextOffset;

    public IEnumerable<ModelBatch> Retained => _batches.Where(batch => batch.NextOffset > Start);

    public IEnumerable<StoredRecord> Records =>
        from batch in Retained
        from index in Enumerable.Range(0, batch.Values.Length)
        where batch.BaseOffset + index >= Start
        select new StoredRecord(batch.BaseOffset + index, batch.Timestamp, batch.Values[index]);

    /// <summary>The result of an append, or the type of the error that refuses it; taken into the list if it succeeds.</summary>
    public (AppendResult Result, Type? Error) Append(
        string[] values, long timestamp, int leaderEpoch, (long Id, short Epoch, int Sequence)? producer)
    {
        if (producer is { } by)
        {
            ModelBatch[] known = Known(by.Id);
            if (known.Length == 0 && by.Sequence != 0) return (default, typeof(UnknownProducerIdException));
            short epoch = known.Length == 0 ? by.Epoch : known[^1].Producer!.Value.Epoch;
            if (by.Epoch < epoch) return (default, typeof(ProducerFencedException));
            int next = known.Length == 0 || by.Epoch > epoch ? 0 : NextSequence(known[^1]);
            if (by.Sequence != next)
            {
                ModelBatch? original = by.Epoch > epoch ? null : known.TakeLast(Window).FirstOrDefault(
                    batch => batch.Producer!.Value.Sequence == by.Sequence && batch.Values.Length == values.Length);
                return original is null
                    ? (default, typeof(OutOfOrderSequenceException))
                    : (original.Result(isDuplicate: true), null);
            }
        }

        _batches.Add(new ModelBatch(End, values, timestamp, leaderEpoch, producer));
        return (_batches[^1].Result(isDuplicate: false), null);
    }

    /// <summary>The last five batches of a producer's latest epoch.</summary>
    public ModelBatch[] Known(long producerId)
    {
        ModelBatch[] all = [.. _batches.Where(batch => batch.Producer?.Id == producerId)];
        return all.Length == 0 ? [] : [.. all.Where(batch => batch.Producer!.Value.Epoch == all[^1].Producer!.Value.Epoch)];
    }

    public static int NextSequence(ModelBatch batch) => batch.Producer!.Value.Sequence + batch.Values.Length;

    /// <summary>Cuts the batch that holds the offset, and all behind it.</summary>
    public void Truncate(long offset)
    {
        _batches.RemoveAll(batch => batch.NextOffset > offset);
        Start = Math.Min(Start, End);
    }

    public long? FindOffset(long timestamp) =>
        Records.Where(record => record.Timestamp >= timestamp).Select(record => (long?)record.Offset).FirstOrDefault();

    /// <summary>The largest epoch at or below one, and where it ended.</summary>
    public (int Epoch, long EndOffset) EndOffsetForEpoch(int epoch)
    {
        int known = Retained.Where(batch => batch.LeaderEpoch <= epoch).Max(batch => batch.LeaderEpoch);
        return (known, Retained.FirstOrDefault(batch => batch.LeaderEpoch > known)?.BaseOffset ?? End);
    }
}
