using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Logs.Model;

/// <summary>
/// What was asked of a log that may fail at any moment, and what it promised: which values may stand at an offset, and up
/// to where they must. It checks what is found after reopening: every promised record there, in order, once, and nothing
/// that was never asked for.
/// </summary>
/// <remarks>It does not check indexes, timestamps or the state of producers.</remarks>
internal sealed class Ledger
{
    private readonly SortedDictionary<long, HashSet<string>> _allowed = [];
    private long _end;
    private long _flushedEnd;
    private long _start;
    private long _highestStart;

    /// <summary>The records below this offset (exclusive) must be there after a kill.</summary>
    public long PromisedEnd => _end;

    /// <summary>The records below this offset (exclusive) must be there after a power loss.</summary>
    public long FlushedEnd => _flushedEnd;

    public Ledger Clone()
    {
        Ledger clone = new() { _end = _end, _flushedEnd = _flushedEnd, _start = _start, _highestStart = _highestStart };
        foreach ((long offset, HashSet<string> values) in _allowed) clone._allowed.Add(offset, [.. values]);
        return clone;
    }

    /// <summary>Before an append: these values may come to stand at the end of the log.</summary>
    public void Try(long offset, params ReadOnlySpan<string> values)
    {
        foreach (string value in values)
        {
            if (!_allowed.TryGetValue(offset, out HashSet<string>? allowed)) _allowed.Add(offset, allowed = []);
            allowed.Add(value);
            offset++;
        }
    }

    /// <summary>An append that was tried has been acknowledged: its values stand there and no others.</summary>
    public void Promise(in AppendResult result, AckWhen ack, params ReadOnlySpan<string> values)
    {
        for (int index = 0; index < values.Length; index++) _allowed[result.BaseOffset + index] = [values[index]];
        if (ack == AckWhen.None) return;
        _end = Math.Max(_end, result.NextOffset);
        if (ack == AckWhen.Flushed) _flushedEnd = _end;
    }

    /// <summary>An append that was tried has been rejected: nothing of it may ever be seen.</summary>
    public void Reject(long offset) => ForgetFrom(offset);

    public void Flushed() => _flushedEnd = _end;

    /// <summary>Before a truncation: what is above may go.</summary>
    public void TryTruncate(long end)
    {
        _end = Math.Min(_end, end);
        _flushedEnd = Math.Min(_flushedEnd, end);
        _start = Math.Min(_start, end);
    }

    /// <summary>A truncation is done and durable: what is above may never be seen again.</summary>
    public void Truncated(long end) => ForgetFrom(end);

    /// <summary>Before a deletion: what is below may go.</summary>
    public void TryDelete(long start) => _highestStart = Math.Max(_highestStart, start);

    /// <summary>A deletion is done and durable: what is below may never be seen again.</summary>
    public void Deleted(long start) => _start = Math.Max(_start, start);

    /// <summary>Compares a reopened log with what was promised below <paramref name="promisedEnd"/> (exclusive).</summary>
    public void Check(long logStartOffset, long logEndOffset, List<StoredRecord> records, long promisedEnd)
    {
        Assert.InRange(logStartOffset, _start, Math.Max(_start, _highestStart));
        Assert.True(logEndOffset >= promisedEnd, $"acknowledged up to {promisedEnd}, but the log ends at {logEndOffset}");
        Assert.Equal(logEndOffset - logStartOffset, records.Count);
        for (int index = 0; index < records.Count; index++)
        {
            StoredRecord record = records[index];
            Assert.Equal(logStartOffset + index, record.Offset);
            Assert.True(
                _allowed.TryGetValue(record.Offset, out HashSet<string>? allowed) && allowed.Contains(record.Value),
                $"'{record.Value}' was never appended at offset {record.Offset}");
        }
    }

    private void ForgetFrom(long end)
    {
        foreach (long offset in _allowed.Keys.Where(offset => offset >= end).ToArray()) _allowed.Remove(offset);
    }
}
