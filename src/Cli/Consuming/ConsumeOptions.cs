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

    /// <summary>The group to read as a member of; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>Whether the group's offsets move on with what is read.</summary>
    public bool Commit { get; init; } = true;

    public required RecordFormatter Formatter { get; init; }
}
