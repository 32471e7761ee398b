using LogStore.IO;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogStore;

/// <summary>How a log is opened. Immutable; each property is checked where it is set.</summary>
public sealed record LogOptions
{
    /// <summary>The directory that holds the log's files; it is created when absent.</summary>
    public required string Directory
    {
        get;
        init
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value, nameof(Directory));
            field = Path.GetFullPath(value);
        }
    }

    /// <summary>Segment sizes, retention, flush policy: what Kafka calls the topic's configuration.</summary>
    public LogConfig Config { get; init; } = LogConfig.Default;

    /// <summary>
    /// The size of one staging buffer, in bytes: 64 KiB to 64 MiB. A log that is being written uses at most two of them; when
    /// both are full, appends wait. A batch larger than the buffer gets one of its own.
    /// </summary>
    public int StagingBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 64 * 1024, nameof(StagingBytes));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 64 * 1024 * 1024, nameof(StagingBytes));
            field = value;
        }
    } = 1024 * 1024;

    /// <summary>Where the staging buffers come from: ordinary memory unless set.</summary>
    public StagingMemory Staging { get; init; } = StagingMemory.Managed;

    /// <summary>How long the state of an idempotent producer that writes nothing is kept; one day unless set.</summary>
    public TimeSpan ProducerIdExpiration
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, nameof(ProducerIdExpiration));
            field = value;
        }
    } = TimeSpan.FromDays(1);

    /// <summary>How often retention is applied, and compaction considered, in the background; five minutes unless set.</summary>
    public TimeSpan RetentionCheckInterval
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, nameof(RetentionCheckInterval));
            field = value;
        }
    } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The most memory that a compaction takes for its map of keys, in bytes: 1 KiB to 1 GiB, 128 MiB unless set. A key takes 32 to
    /// 64 of them; a log with more keys than fit is compacted in several runs. One log of the process is compacted at a time.
    /// </summary>
    public int CompactionMapBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1024, nameof(CompactionMapBytes));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024 * 1024 * 1024, nameof(CompactionMapBytes));
            field = value;
        }
    } = 128 * 1024 * 1024;

    /// <summary>The clock: append times, segment age, retention and <c>flush.ms</c> follow it.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where events are logged; nowhere unless set.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The file system; tests put a failing one here.</summary>
    internal Storage Storage { get; init; } = Storage.Default;
}
