using LogStore.Cli.Output;
using LogStore.Records;

namespace LogStore.Cli.Consuming;

/// <summary>Writes records in one of the formats of <c>logstore consume</c>.</summary>
internal abstract class RecordFormatter
{
    /// <summary>Writes one record.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="partition">The record's partition.</param>
    /// <param name="timestampType">Whose clock its timestamp shows.</param>
    /// <param name="record">The record.</param>
    public abstract void Write(StandardOutput output, int partition, TimestampType timestampType, in RecordView record);
}
