using System.Runtime.CompilerServices;
using LogStore.Sinks.Sqlite.Applying;
using LogStore.Sinks.Sqlite.Sources;
using LogStore.Topics;

namespace LogStore.Sinks.Sqlite;

/// <summary>
/// Keeps a table of a SQLite database in step with a topic: every record changes it exactly once, whatever crashes.
/// </summary>
/// <remarks>
/// Changes and progress share a transaction. Several sinks may work on one database: what a later owner of a partition has
/// claimed, an earlier one can no longer write. Not thread-safe; <see cref="Statistics"/> can be read by any thread.
/// </remarks>
public sealed class SqliteSink : IDisposable
{
    private readonly SqliteSinkOptions _options;
    private readonly BatchApplier _applier;

    /// <summary>Opens the database.</summary>
    /// <exception cref="SinkException">It cannot be used, or lacks the tables and is not to be given them.</exception>
    /// <exception cref="InvalidConfigException">The options, or the mapping, are wrong.</exception>
    public SqliteSink(SqliteSinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _applier = new BatchApplier(options);
    }

    /// <summary>What applies the batches.</summary>
    internal BatchApplier Applier => _applier;

    /// <summary>What it has done so far.</summary>
    public SinkStatistics Statistics => _applier.Statistics;

    /// <summary>Told after each transaction.</summary>
    public Action<SinkStatistics>? Progressed { get; init; }

    /// <summary>Applies what brokers have: as a member of the group that the options name, or of all partitions alone.</summary>
    /// <param name="consumer">How to read; where to begin, and what is committed, is the sink's own business.</param>
    /// <param name="follow">Whether to wait for more at the end; else it ends where the partitions ended at the start.</param>
    /// <param name="cancellationToken">Ends it, with what was read applied.</param>
    /// <exception cref="SinkException">It cannot go on.</exception>
    /// <exception cref="ClientException">The brokers refuse something.</exception>
    public async Task RunAsync(ConsumerOptions consumer, bool follow, CancellationToken cancellationToken = default)
    {
        ClusterFeed feed = new(_options, _applier, consumer) { Progressed = Progressed };
        await using ConfiguredAsyncDisposable closing = feed.ConfigureAwait(false);
        await feed.RunAsync(follow, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Applies what a data directory has, beside whoever writes there.</summary>
    /// <inheritdoc cref="RunAsync(ConsumerOptions, bool, CancellationToken)"/>
    public Task RunAsync(ReadOnlyDataDirectory directory, bool follow, CancellationToken cancellationToken = default) =>
        new DirectoryFeed(_options, _applier, directory) { Progressed = Progressed }.RunAsync(follow, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _applier.Dispose();
}
