using System.Globalization;
using System.Text;
using LogStore.Checksums;

namespace LogStore.Recovery;

/// <summary>
/// What a log knows about itself between two lives, in the file <c>log-checkpoint</c>. Drawn in docs/FORMAT.md, which must
/// change with this file.
/// </summary>
/// <param name="LogStartOffset">The first retained offset (inclusive).</param>
/// <param name="RecoveryPoint">Everything below this offset (exclusive) is whole and durable: recovery skips it.</param>
/// <param name="CleanEnd">After a clean close, where the log ends (exclusive); -1 while it is open for writing.</param>
/// <param name="CleanBytes">After a clean close, the length of the last segment's file; else -1.</param>
/// <param name="EpochsChecksum">
/// The CRC-32C of <c>leader-epoch-checkpoint</c>, whose own format, Kafka's, has none; 0 before it was written.
/// </param>
/// <param name="CompactedTo">Below this offset (exclusive) compaction has left one record of each key.</param>
/// <param name="Swaps">
/// Rises before and after compaction puts a file in the place of others, so it is odd in between, and by two where the log is
/// cut: another process that sees another value than before looks for the segments anew.
/// </param>
internal sealed record LogCheckpoint(
    long LogStartOffset, long RecoveryPoint, long CleanEnd, long CleanBytes, uint EpochsChecksum, long CompactedTo, long Swaps)
{
    public const string FileName = "log-checkpoint";

    private const string Title = "logstore-checkpoint 2";

    private static readonly string[] Names =
        ["log-start-offset", "recovery-point", "clean-end", "clean-bytes", "epochs-crc32c", "compacted-to", "swaps"];

    public static LogCheckpoint Empty { get; } = new(0, 0, -1, -1, 0, 0, 0);

    public bool IsClean => CleanEnd >= 0;

    public byte[] Write()
    {
        string body = string.Create(CultureInfo.InvariantCulture,
            $"{Title}\nlog-start-offset {LogStartOffset}\nrecovery-point {RecoveryPoint}\n" +
            $"clean-end {CleanEnd}\nclean-bytes {CleanBytes}\nepochs-crc32c {EpochsChecksum}\n" +
            $"compacted-to {CompactedTo}\nswaps {Swaps}\n");
        uint checksum = Crc32C.Compute(Encoding.ASCII.GetBytes(body));
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{body}crc32c {checksum:x8}\n"));
    }

    /// <summary>Reads the file's text; null when it is damaged.</summary>
    public static LogCheckpoint? TryRead(ReadOnlySpan<byte> bytes)
    {
        string[] lines = Encoding.ASCII.GetString(bytes).Split('\n');
        if (lines.Length != Names.Length + 3 || lines[0] != Title) return null;
        Span<long> values = stackalloc long[Names.Length];
        for (int index = 0; index < Names.Length; index++)
        {
            string[] fields = lines[index + 1].Split(' ');
            if (fields.Length != 2 || fields[0] != Names[index] ||
                !long.TryParse(fields[1], CultureInfo.InvariantCulture, out values[index])) return null;
        }

        LogCheckpoint checkpoint = new(values[0], values[1], values[2], values[3], (uint)values[4], values[5], values[6]);
        return bytes.SequenceEqual(checkpoint.Write()) ? checkpoint : null;
    }
}
