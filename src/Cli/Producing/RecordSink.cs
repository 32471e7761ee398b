namespace LogStore.Cli.Producing;

/// <summary>Where <see cref="ProduceSession"/> puts records: into a data directory, or through brokers.</summary>
/// <remarks>
/// One caller. The first failure ends it: every later call throws that failure. Disposing it gives everything back.
/// </remarks>
internal abstract class RecordSink(AckLedger ledger) : IAsyncDisposable
{
    /// <summary>What has been acknowledged.</summary>
    public AckLedger Ledger { get; } = ledger;

    /// <summary>How many records were there already, and so are not sent again.</summary>
    public virtual long SkippedRecords => 0;

    /// <summary>The largest batch that the topic takes, in bytes.</summary>
    public abstract int MaxBatchBytes { get; }

    /// <summary>Whether records wait for <see cref="SendLingeringAsync"/>.</summary>
    public virtual bool IsLingering => false;

    /// <summary>Takes a record over; returns once there is room for it.</summary>
    /// <exception cref="RecordTooLargeException">No batch can hold it.</exception>
    public abstract ValueTask AddAsync(in InputRecord record);

    /// <summary>Sends the records that have waited for this long, where the sink does not do so by itself.</summary>
    public virtual ValueTask SendLingeringAsync(TimeSpan age) => ValueTask.CompletedTask;

    /// <summary>Told that the input has come to its end, not to an interruption.</summary>
    public virtual void EndInput()
    {
    }

    /// <summary>Sends what is left, and waits until everything has been acknowledged.</summary>
    public abstract ValueTask CompleteAsync();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
