using LogStore.Cli.Output;
using LogStore.Cli.Producing;
using LogStore.Records;

namespace LogStore.Cli.Consuming;

/// <summary>
/// The default: each value and a newline, so that what comes out is what was produced, byte for byte. The newline is left
/// out behind a record that is marked by <see cref="UnterminatedLine"/>, unless another partition's record follows it.
/// </summary>
/// <param name="keySeparator">Written between key and value where a record has a key; null leaves keys out.</param>
internal sealed class LineFormatter(byte[]? keySeparator) : RecordFormatter
{
    private int _unterminatedPartition = -1;

    /// <inheritdoc/>
    public override void Write(StandardOutput output, int partition, TimestampType timestampType, in RecordView record)
    {
        // Within a partition the inputs are joined as they were produced; across partitions two lines must not become one.
        if (_unterminatedPartition >= 0 && _unterminatedPartition != partition) output.Write((byte)'\n');
        if (keySeparator is not null && !record.Key.IsNull)
        {
            output.Write(record.Key);
            output.Write(keySeparator);
        }

        output.Write(record.Value);
        bool isUnterminated = record.Headers.Count > 0 && UnterminatedLine.IsMarked(record);
        _unterminatedPartition = isUnterminated ? partition : -1;
        if (!isUnterminated) output.Write((byte)'\n');
    }
}
