using System.Diagnostics;
using LogStore.Records;

namespace LogStore.Cli.Producing;

/// <summary>The batch that is being filled for one partition, until it is sent.</summary>
/// <remarks>Owned by the session until it is sent, then by the sender.</remarks>
internal sealed class PartitionBatch(int partition, RecordBatchBuilder builder)
{
    private readonly long _begun = Stopwatch.GetTimestamp();

    /// <summary>The partition.</summary>
    public int Partition { get; } = partition;

    /// <summary>The records so far.</summary>
    public RecordBatchBuilder Builder { get; } = builder;

    /// <summary>The bytes of the lines that the records were made of, newlines included.</summary>
    public long InputBytes { get; set; }

    /// <summary>How long the first record has been waiting.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_begun);
}
