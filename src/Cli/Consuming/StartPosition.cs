using System.Globalization;

namespace LogStore.Cli.Consuming;

/// <summary>Where to begin reading: <c>earliest</c>, <c>latest</c>, an offset, or <c>@</c> and a time.</summary>
internal abstract record StartPosition
{
    /// <summary>The first retained record.</summary>
    public static StartPosition Earliest { get; } = new AtStart();

    /// <summary>Reads what <c>--from</c> takes.</summary>
    /// <returns>Null where the text is none of these.</returns>
    public static StartPosition? TryParse(string text) => text switch
    {
        "earliest" => Earliest,
        "latest" => new AtEnd(),
        ['@', .. string time] => ParseTime(time),
        _ => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long offset) ? new AtOffset(offset) : null,
    };

    /// <summary>The offset to begin at in one log.</summary>
    /// <exception cref="OffsetOutOfRangeException">The log has no such offset, nor does it end there.</exception>
    public abstract long In(ReadOnlyLog log);

    /// <summary>As <see cref="In"/>, for a partition that has never been written and so ends at 0.</summary>
    public virtual long InEmpty => 0;

    private static AtTime? ParseTime(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds))
            return milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                ? new AtTime(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)) : null;
        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? new AtTime(time) : null;
    }

    private sealed record AtStart : StartPosition
    {
        public override long In(ReadOnlyLog log) => log.LogStartOffset;
    }

    private sealed record AtEnd : StartPosition
    {
        public override long In(ReadOnlyLog log) => log.LogEndOffset;
    }

    private sealed record AtOffset(long Offset) : StartPosition
    {
        public override long InEmpty => Offset == 0 ? 0 : throw new OffsetOutOfRangeException(Offset, 0, 0);

        public override long In(ReadOnlyLog log) => Offset >= log.LogStartOffset && Offset <= log.LogEndOffset
            ? Offset
            : throw new OffsetOutOfRangeException(Offset, log.LogStartOffset, log.LogEndOffset);
    }

    private sealed record AtTime(DateTimeOffset Time) : StartPosition
    {
        public override long In(ReadOnlyLog log) => log.FindOffset(Time) ?? log.LogEndOffset;
    }
}
