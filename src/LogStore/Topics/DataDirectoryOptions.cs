using LogStore.IO;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogStore.Topics;

/// <summary>How a data directory is opened. Immutable.</summary>
public sealed record DataDirectoryOptions
{
    /// <summary>The directory; it is created when absent.</summary>
    public required string Directory
    {
        get;
        init
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value, nameof(Directory));
            field = Path.GetFullPath(value);
        }
    }

    /// <summary>Where all logs stage what is appended: ordinary memory unless set.</summary>
    public StagingMemory Staging { get; init; } = StagingMemory.Managed;

    /// <summary>The clock of all logs.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where events are logged; nowhere unless set.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The file system; tests put a failing one here.</summary>
    internal Storage Storage { get; init; } = Storage.Default;
}
