using System.Diagnostics;

namespace LogStore.Cli.Demo;

/// <summary>When records were handed over and acknowledged: one partition's, so that both come in the same order.</summary>
/// <remarks>One thread notes what is sent and one what is acknowledged; all else once both are done.</remarks>
internal sealed class AckTimes(long records)
{
    private readonly long[] _sent = new long[records];
    private readonly long[] _acknowledged = new long[records];
    private readonly long[] _bytes = new long[records];
    private long _sentCount;
    private long _count;

    /// <summary>How many are acknowledged.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Notes that the next record is about to be handed over.</summary>
    /// <param name="bytes">Its size.</param>
    public void Sent(int bytes)
    {
        _bytes[_sentCount] = bytes + (_sentCount == 0 ? 0 : _bytes[_sentCount - 1]);
        _sent[_sentCount++] = Stopwatch.GetTimestamp();
    }

    /// <summary>Notes that the next record is acknowledged.</summary>
    /// <returns>How many are now.</returns>
    public long Acknowledged()
    {
        _acknowledged[_count] = Stopwatch.GetTimestamp();
        Volatile.Write(ref _count, _count + 1);
        return _count;
    }

    /// <summary>The bytes of records from <paramref name="from"/> (inclusive) to <paramref name="to"/> (exclusive).</summary>
    public long Bytes(long from, long to) => to > from ? _bytes[to - 1] - (from == 0 ? 0 : _bytes[from - 1]) : 0;

    /// <summary>How long it took from the first to be sent to the last to be acknowledged.</summary>
    /// <param name="from">The first record (inclusive).</param>
    /// <param name="to">The last one (exclusive).</param>
    public TimeSpan Duration(long from, long to)
    {
        if (to <= from) return TimeSpan.Zero;
        return Stopwatch.GetElapsedTime(from == 0 ? _sent[0] : _acknowledged[from - 1], _acknowledged[to - 1]);
    }

    /// <summary>The time from a record's being handed over to its acknowledgement that this share does not exceed.</summary>
    public TimeSpan Percentile(double share, long from, long to)
    {
        if (to <= from) return TimeSpan.Zero;
        long[] ticks = new long[to - from];
        for (long i = from; i < to; i++) ticks[i - from] = _acknowledged[i] - _sent[i];
        Array.Sort(ticks);
        return Stopwatch.GetElapsedTime(0, ticks[(int)Math.Max(0, Math.Ceiling(share * ticks.Length) - 1)]);
    }

    /// <summary>The longest time without any acknowledgement: what a change of leaders costs.</summary>
    public TimeSpan LongestSilence()
    {
        long longest = 0;
        for (long i = 1; i < _count; i++) longest = Math.Max(longest, _acknowledged[i] - _acknowledged[i - 1]);
        return Stopwatch.GetElapsedTime(0, longest);
    }
}
