namespace LogStore.Cli.Consuming;

/// <summary>What the command line of <c>logstore consume</c> asks for.</summary>
internal sealed record ConsumeOptions
{
    public required string Topic { get; init; }

    /// <summary>The only partition to read; null for all.</summary>
    public int? Partition { get; init; }

    public StartPosition From { get; init; } = StartPosition.Earliest;

    /// <summary>How many records to read at most.</summary>
    public long Max { get; init; } = long.MaxValue;

    /// <summary>Whether to wait for more at the end.</summary>
    public bool Follow { get; init; }

    public required RecordFormatter Formatter { get; init; }
}
