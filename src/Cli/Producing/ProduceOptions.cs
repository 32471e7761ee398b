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

    public AckWhen Acks { get; init; } = AckWhen.Appended;

    public CompressionType Compression { get; init; }

    public int BatchBytes { get; init; } = DefaultBatchBytes;

    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(DefaultLingerMs);

    /// <summary>Whether batches carry a producer id and sequence numbers.</summary>
    public bool Idempotent { get; init; }

    /// <summary>Whether each acknowledgement is printed.</summary>
    public bool PrintAcks { get; init; }

    /// <summary>Whether the summary is left out.</summary>
    public bool Quiet { get; init; }
}
