using System.Globalization;

namespace LogStore.Cli.Consuming;

/// <summary>Where to begin reading: <c>earliest</c>, <c>latest</c>, an offset, or <c>@</c> and a time.</summary>
internal abstract record StartPosition
{
    /// <summary>The first retained record.</summary>
    public static StartPosition Earliest { get; } = new AtStart();

    /// <summary>The end.</summary>
    public static StartPosition Latest { get; } = new AtEnd();

    /// <summary>The time whose first record has to be found; null where it is no time.</summary>
    public virtual DateTimeOffset? Time => null;

    /// <summary>Reads what <c>--from</c> takes.</summary>
    /// <returns>Null where the text is none of these.</returns>
    public static StartPosition? TryParse(string text) => text switch
    {
        "earliest" => Earliest,
        "latest" => Latest,
        ['@', .. string time] => ParseTime(time) is { } at ? new AtTime(at) : null,
        _ => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long offset) ? new AtOffset(offset) : null,
    };

    /// <summary>Reads a time: ISO 8601, UTC unless it says otherwise, or milliseconds since 1970. Null where it is neither.</summary>
    public static DateTimeOffset? ParseTime(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds))
            return milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;
    }

    /// <summary>The offset to begin at in one partition.</summary>
    /// <param name="start">The partition's first retained offset (inclusive).</param>
    /// <param name="end">Its end (exclusive).</param>
    /// <param name="firstAtTime">The first record no older than <see cref="Time"/>; null if there is none.</param>
    /// <exception cref="OffsetOutOfRangeException">It has no such offset, nor does it end there.</exception>
    public abstract long In(long start, long end, long? firstAtTime);

    private sealed record AtStart : StartPosition
    {
        public override long In(long start, long end, long? firstAtTime) => start;
    }

    private sealed record AtEnd : StartPosition
    {
        public override long In(long start, long end, long? firstAtTime) => end;
    }

    private sealed record AtOffset(long Offset) : StartPosition
    {
        public override long In(long start, long end, long? firstAtTime) =>
            Offset >= start && Offset <= end ? Offset : throw new OffsetOutOfRangeException(Offset, start, end);
    }

    private sealed record AtTime(DateTimeOffset At) : StartPosition
    {
        public override DateTimeOffset? Time => At;

        public override long In(long start, long end, long? firstAtTime) => firstAtTime ?? end;
    }
}
