using LogStore.Broker.Partitions;
using LogStore.Records;
using LogStore.Replicator;

namespace LogStore.Broker.Tests.Cluster.Support;

/// <summary>A partition whose leadership and high watermark are the test's to decide.</summary>
internal sealed class TestPartition(string topic, Guid topicId, int index, Log log) : Partition(topic, topicId, index, log)
{
    private volatile Leadership _leadership = new(IsLeader: false, Epoch: -1, StartOffset: 0);
    private long _highWatermark = log.LogEndOffset;

    /// <summary>Whether what is appended is committed at once.</summary>
    public bool Commits { get; set; } = true;

    /// <summary>What appends fail with.</summary>
    public LogStoreException? Refusal { get; set; }

    /// <summary>What the last append was given.</summary>
    public (short Acks, TimeSpan Timeout) LastAppend { get; private set; }

    public override int LeaderEpoch => _leadership.Epoch;

    public override long HighWatermark => Volatile.Read(ref _highWatermark);

    public override int InSyncReplicas => 2;

    protected override bool IsLeader => _leadership.IsLeader;

    protected override bool IsReadable => HighWatermark >= _leadership.StartOffset;

    public void Lead(int epoch)
    {
        Log.BeginLeaderEpoch(epoch);
        _leadership = new Leadership(IsLeader: true, epoch, Log.LogEndOffset);
        OnLeadershipChanged();
    }

    public void Follow(int epoch)
    {
        _leadership = new Leadership(IsLeader: false, epoch, Log.LogEndOffset);
        OnLeadershipChanged();
    }

    /// <summary>All that is in the log is committed.</summary>
    public void Commit()
    {
        Volatile.Write(ref _highWatermark, Log.LogEndOffset);
        NotifyWatchers();
    }

    /// <summary>The high watermark goes back, as that of a new leader is lower than the last one's.</summary>
    public void ForgetWatermark(long offset) => Volatile.Write(ref _highWatermark, offset);

    public override async ValueTask<AppendResult> AppendAsync(RecordBatch batch, short acks, TimeSpan timeout)
    {
        LastAppend = (acks, timeout);
        if (Refusal is { } refusal) throw refusal;
        if (!IsLeader) throw new NotLeaderException(Topic, Index);
        AppendResult result = await Log.AppendAsync(batch, AckWhen.Appended);
        if (Commits) Commit();
        if (acks == -1) await HighWatermarkWait.ForAsync(this, result.NextOffset, CancellationToken.None);
        return result;
    }

    private sealed record Leadership(bool IsLeader, int Epoch, long StartOffset);
}
