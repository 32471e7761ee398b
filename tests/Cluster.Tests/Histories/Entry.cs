namespace LogStore.Cluster.Tests.Histories;

/// <summary>What a record says of itself: who wrote it, and its number among what that writer wrote.</summary>
internal readonly record struct Entry(int Writer, long Number)
{
    /// <summary>The record's value.</summary>
    public byte[] ToBytes() => System.Text.Encoding.ASCII.GetBytes(ToString());

    /// <summary>Reads a record's value.</summary>
    /// <exception cref="FormatException">It is none of ours.</exception>
    public static Entry Parse(ReadOnlySpan<byte> value)
    {
        int space = value.IndexOf((byte)' ');
        if (space < 0 ||
            !System.Buffers.Text.Utf8Parser.TryParse(value[..space], out int writer, out _) ||
            !System.Buffers.Text.Utf8Parser.TryParse(value[(space + 1)..], out long number, out _))
            throw new FormatException($"Nobody wrote the value '{System.Text.Encoding.Latin1.GetString(value)}'.");
        return new Entry(writer, number);
    }

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Writer} {Number}");
}
