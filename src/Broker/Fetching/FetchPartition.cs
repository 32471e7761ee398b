using LogStore.Broker.Partitions;
using LogStore.KafkaProtocol;

namespace LogStore.Broker.Fetching;

/// <summary>One partition of a fetch session: where its client is, and what it was last told.</summary>
/// <remarks>Guarded by its session, but for <see cref="IsReady"/>, which appends set.</remarks>
internal sealed class FetchPartition(TopicPartition key)
{
    private const int Unknown = -1;

    private int _isReady = 1;

    public TopicPartition Key { get; } = key;

    /// <summary>The partition as it was last found; null while it was not.</summary>
    public Partition? Served { get; set; }

    /// <summary>What is watched for appends; null while nothing is.</summary>
    public Partition? Watched { get; set; }

    public long FetchOffset { get; set; }

    public int MaxBytes { get; set; }

    public int LeaderEpoch { get; set; } = Unknown;

    /// <summary>Whether there may be something new to say of it: an idle partition costs a fetch nothing.</summary>
    public bool IsReady => Volatile.Read(ref _isReady) != 0;

    /// <summary>What the client was last told.</summary>
    public (long HighWatermark, long LogStartOffset, ErrorCode Error) Told { get; set; } = (Unknown, Unknown, ErrorCode.None);

    /// <summary>Marks it as ready; true if it was not.</summary>
    public bool MarkReady() => Interlocked.Exchange(ref _isReady, 1) == 0;

    /// <summary>Marks it as idle. What is appended from here on makes it ready again.</summary>
    public void MarkIdle() => Interlocked.Exchange(ref _isReady, 0);
}
