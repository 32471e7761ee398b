using LogStore.Checksums;
using LogStore.Epochs;
using LogStore.Producers;
using LogStore.Reading;
using LogStore.Recovery;
using LogStore.Segments;
using Microsoft.Extensions.Logging;

namespace LogStore;

/// <summary>What the parts of one open log share. Made by recovery.</summary>
internal sealed class LogState(LogOptions options, SegmentList segments, CheckpointFile checkpoint, ILogger logger)
{
    private LogConfig _config = options.Config;
    private long _highWatermark = long.MaxValue;

    public LogOptions Options { get; } = options;

    /// <summary>The settings in force; they may be replaced while the log is open.</summary>
    public LogConfig Config
    {
        get => Volatile.Read(ref _config);
        set => Volatile.Write(ref _config, value);
    }

    /// <summary>See <see cref="Log.HighWatermark"/>.</summary>
    public long HighWatermark
    {
        get => Volatile.Read(ref _highWatermark);
        set => Volatile.Write(ref _highWatermark, value);
    }

    public string Directory => Options.Directory;

    public SegmentList Segments { get; } = segments;

    public CheckpointFile Checkpoint { get; } = checkpoint;

    public ILogger Logger { get; } = logger;

    /// <summary>Guarded by the append path's gate.</summary>
    public ProducerStateManager Producers { get; } = new();

    /// <summary>Guarded by the append path's gate.</summary>
    public LeaderEpochHistory Epochs { get; } = new();

    /// <summary>Wakes readers that wait at the end.</summary>
    public AppendSignal Signal { get; } = new();

    /// <summary>Tells who listens that the end of what is durable has moved; nobody waits for it.</summary>
    public AppendSignal FlushSignal { get; } = new();

    /// <summary>Where the log ended when it was opened (exclusive).</summary>
    public long RecoveredEndOffset { get; set; }

    /// <summary>Replaces the file of the epochs; returns the checksum that belongs into the checkpoint.</summary>
    public uint WriteEpochs(ReadOnlySpan<byte> epochs)
    {
        Options.Storage.ReplaceFile(Path.Combine(Directory, LeaderEpochHistory.FileName), epochs);
        return Crc32C.Compute(epochs);
    }

    /// <summary>The time, in milliseconds since 1970.</summary>
    public long Now => Options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
}
