using Xunit;

namespace LogStore.Tests.Compaction;

/// <summary>
/// All that was ever appended to a log, by which it can be judged what compaction has left of it: for each key the latest
/// record, at its offset, or nothing where that is a tombstone; and everything that was not compacted yet.
/// </summary>
internal sealed class CompactedModel
{
    private readonly List<KeyedRecord> _records = [];

    public long End => _records.Count;

    /// <summary>Below this offset (exclusive) each key has one record at most.</summary>
    public long CompactedTo { get; set; }

    /// <summary>The first offset that must still be there.</summary>
    public long Start { get; set; }

    public void Append(long timestamp, (string Key, string? Value)[] records)
    {
        for (int index = 0; index < records.Length; index++)
            _records.Add(new KeyedRecord(End, timestamp + index, records[index].Key, records[index].Value));
    }

    public void Truncate(long end)
    {
        _records.RemoveRange((int)end, (int)(End - end));
        CompactedTo = Math.Min(CompactedTo, end);
        Start = Math.Min(Start, end);
    }

    /// <summary>What the log would be if it ended earlier.</summary>
    public CompactedModel Until(long end)
    {
        CompactedModel model = new() { CompactedTo = Math.Min(CompactedTo, end), Start = Math.Min(Start, end) };
        model._records.AddRange(_records.Take((int)end));
        return model;
    }

    /// <param name="found">What was read from the log's start to its end.</param>
    /// <param name="mayCompactTo">How far a compaction whose end was not seen may have come.</param>
    public void Check(List<KeyedRecord> found, long? mayCompactTo = null)
    {
        long last = -1;
        Dictionary<string, KeyedRecord> newest = [];
        Dictionary<string, long> below = [];
        foreach (KeyedRecord record in found)
        {
            Assert.True(record.Offset > last, $"offset {record.Offset} follows {last}");
            last = record.Offset;
            Assert.Equal(_records[(int)record.Offset], record);
            newest[record.Key] = record;
            if (record.Offset < CompactedTo)
                Assert.True(below.TryAdd(record.Key, record.Offset), $"'{record.Key}' is there twice below {CompactedTo}");
        }

        foreach (KeyedRecord latest in _records.Where(record => record.Offset >= Start).GroupBy(record => record.Key).Select(group => group.Last()))
        {
            if (newest.TryGetValue(latest.Key, out KeyedRecord record)) Assert.Equal(latest, record);
            else Assert.Null(latest.Value); // And no older record of the key has come back.
        }

        long dirtyFrom = Math.Max(mayCompactTo ?? CompactedTo, Start);
        Assert.Equal(
            _records.Where(record => record.Offset >= dirtyFrom), found.Where(record => record.Offset >= dirtyFrom));
    }
}
