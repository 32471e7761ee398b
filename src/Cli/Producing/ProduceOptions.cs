using LogStore.Records;

namespace LogStore.Cli.Producing;

/// <summary>What the command line of <c>logstore produce</c> asks for.</summary>
internal sealed record ProduceOptions
{
    /// <summary>Target size of a batch, in bytes, unless the command line names another.</summary>
    public const int DefaultBatchBytes = 256 * 1024;

    /// <summary>How long a record waits for others to fill its batch, in milliseconds, unless named otherwise.</summary>
    public const int DefaultLingerMs = 5;

    public required string Topic { get; init; }

    /// <summary>The input; null for standard input.</summary>
    public string? File { get; init; }

    /// <summary>Where all records go; null to choose for each.</summary>
    public int? Partition { get; init; }

    /// <summary>What stands between key and value; null where lines have no keys.</summary>
    public byte[]? KeySeparator { get; init; }

    public RecordHeader[] Headers { get; init; } = [];

    public AckLevel Acks { get; init; }

    /// <summary>How batches are compressed; null where that is not given.</summary>
    public CompressionType? Compression { get; init; }

    /// <summary>Target size of a batch, in bytes; null where that is not given.</summary>
    public int? BatchBytes { get; init; }

    /// <summary>How long a record waits for others to fill its batch; null where that is not given.</summary>
    public TimeSpan? Linger { get; init; }

    /// <summary>Whether batches must carry a producer id and sequence numbers.</summary>
    public bool Idempotent { get; init; }

    /// <summary>Whether each acknowledgement is printed.</summary>
    public bool PrintAcks { get; init; }

    /// <summary>Whether the summary is left out.</summary>
    public bool Quiet { get; init; }
}
