namespace LogStore.Cli.Benchmarks;

/// <summary>What the command line of <c>logstore bench</c> asks for.</summary>
internal sealed record BenchOptions
{
    /// <summary>How many records in all.</summary>
    public required long Records { get; init; }

    /// <summary>The size of a record's value, in bytes.</summary>
    public required int RecordBytes { get; init; }

    /// <summary>The target size of a batch, in bytes.</summary>
    public required int BatchBytes { get; init; }

    /// <summary>How many threads append, or read, at the same time.</summary>
    public required int Threads { get; init; }

    public required AckWhen Acks { get; init; }

    /// <summary>Where the benchmark's own directory is made; null for the system's place for temporary files.</summary>
    public string? Directory { get; init; }
}
