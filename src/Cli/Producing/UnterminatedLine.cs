using LogStore.Records;

namespace LogStore.Cli.Producing;

/// <summary>
/// The mark of a last line that the input did not end with a newline: a record header without value. By it `consume` gives
/// back the input byte for byte, and two inputs produced one after the other come back as `cat` would join them.
/// </summary>
internal static class UnterminatedLine
{
    /// <summary>The header's key.</summary>
    public const string HeaderKey = "logstore.no-newline";

    /// <summary>The header's key as it lies in a record.</summary>
    public static ReadOnlySpan<byte> HeaderKeyUtf8 => "logstore.no-newline"u8;

    /// <summary>The header.</summary>
    public static RecordHeader Header { get; } = new(HeaderKey, Value: null);

    /// <summary>Whether a record has the mark.</summary>
    public static bool IsMarked(in RecordView record)
    {
        foreach (RecordHeaderView header in record.Headers)
        {
            if (header.KeyUtf8.SequenceEqual(HeaderKeyUtf8)) return true;
        }

        return false;
    }
}
