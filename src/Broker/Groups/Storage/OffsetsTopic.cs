using System.Runtime.CompilerServices;
using LogStore.Broker.Cluster;
using LogStore.Broker.Partitions;
using LogStore.Broker.Requests;
using LogStore.Broker.TopicAdmin;
using LogStore.KafkaProtocol;
using LogStore.Records;
using LogStore.Replicator;

namespace LogStore.Broker.Groups.Storage;

/// <summary>The offsets topic as a topic of this cluster.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class OffsetsTopic : IGroupLog
{
    public const string Name = "__consumer_offsets";

    private const short AllReplicas = -1;

    // Kafka's offsets.commit.timeout.ms: clients give up waiting for the coordinator not much later.
    private static readonly TimeSpan CommitTimeout = TimeSpan.FromSeconds(5);

    // What is too large is for the log to say, whose settings know.
    private static readonly RecordBatchBuilderOptions Unlimited =
        new() { MaxBytes = RecordBatchBuilderOptions.MaxMaxBytes };

    private readonly PartitionTable _partitions;
    private readonly ICluster _cluster;
    private readonly TopicFactory _factory;
    private readonly GroupOptions _options;
    private readonly TimeProvider _time;
    private readonly Callbacks<int> _leadershipChanged = new();

    public OffsetsTopic(
        PartitionTable partitions, ICluster cluster, TopicFactory factory, GroupOptions options, TimeProvider time)
    {
        _partitions = partitions;
        _cluster = cluster;
        _factory = factory;
        _options = options;
        _time = time;
        partitions.AddLeadershipListener(partition =>
        {
            if (partition.Topic == Name) _leadershipChanged.Tell(partition.Index);
        });
    }

    public bool Exists => _cluster.FindTopic(Name) is not null;

    public int PartitionCount => _cluster.FindTopic(Name)?.PartitionCount ?? _options.OffsetsTopicPartitions;

    public int MaxBatchBytes => (_cluster.FindTopic(Name)?.Config ?? Config()).MaxMessageBytes;

    public async ValueTask CreateAsync(CancellationToken cancellationToken) =>
        await _factory.FindOrCreateInternalAsync(
            Name, _options.OffsetsTopicPartitions, _options.OffsetsTopicReplicationFactor, Config(), cancellationToken)
            .ConfigureAwait(false);

    public void AddLeadershipListener(Action<int> listener) => _leadershipChanged.Add(listener);

    public void RemoveLeadershipListener(Action<int> listener) => _leadershipChanged.Remove(listener);

    public int? LeaderEpochOf(int partition) =>
        _partitions.Find(Name, partition, out Partition found) == ErrorCode.None ? found.LeaderEpoch : null;

    public async ValueTask<GroupAppendResult> AppendAsync(int partition, IReadOnlyList<GroupRecord> records)
    {
        try
        {
            if (_partitions.Find(Name, partition, out Partition found) is not ErrorCode.None and var missing)
                return new GroupAppendResult(missing);
            using RecordBatchBuilder builder = new(Unlimited);
            long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (GroupRecord record in records) builder.TryAppend(now, record.Key, record.Value);
            // The call itself gives the batch its place in the log; only then is anything waited for.
            AppendResult result =
                await found.AppendAsync(builder.Build(), AllReplicas, CommitTimeout).ConfigureAwait(false);
            return new GroupAppendResult(ErrorCode.None, result.BaseOffset);
        }
        catch (Exception exception) when (exception is LogStoreException or IOException or ObjectDisposedException)
        {
            return new GroupAppendResult(ErrorCodes.Of(exception));
        }
    }

    public Task WaitUntilCommittedAsync(int partition, CancellationToken cancellationToken)
    {
        Partition found = Find(partition);
        return HighWatermarkWait.ForAsync(found, found.LogEndOffset, cancellationToken);
    }

    public async IAsyncEnumerable<RecordBatch> ReadAsync(
        int partition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Partition found = Find(partition);
        long end = found.HighWatermark;
        IAsyncEnumerable<RecordBatch> batches =
            found.Log.ReadAsync(found.LogStartOffset, ReadMode.ToEnd, cancellationToken);
        await foreach (RecordBatch batch in batches.ConfigureAwait(false))
        {
            if (batch.BaseOffset >= end) yield break;
            yield return batch;
        }
    }

    private Partition Find(int partition) => _partitions.Find(Name, partition, out Partition found) switch
    {
        ErrorCode.None => found,
        ErrorCode.NotLeaderOrFollower => throw new NotLeaderException(Name, partition),
        var missing => throw new IOException(
            $"The log of {Name}-{partition} is not open ({missing}): see what was logged when it failed."),
    };

    /// <summary>
    /// The topic's settings. Compaction keeps the newest record of each key for good: a group may be idle for longer
    /// than any retention time, and its offsets must be there when it comes back.
    /// </summary>
    private LogConfig Config() => LogConfig.Default with
    {
        CleanupPolicy = CleanupPolicy.Compact,
        SegmentBytes = _options.OffsetsTopicSegmentBytes,
    };
}
