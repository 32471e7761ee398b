namespace LogStore.Replicator.Protocol;

/// <summary>What the leader knows of a follower.</summary>
internal sealed class FollowerProgress(int brokerId)
{
    private long _mark;
    private long _markedAt;

    public int BrokerId { get; } = brokerId;

    /// <summary>The exchange that is under way; 0 before the first.</summary>
    public long Session { get; private set; }

    /// <summary>Whether the follower's log was found to agree with the leader's, so that records can be sent.</summary>
    public bool IsMatched { get; private set; }

    /// <summary>Up to where its log is known to hold what the leader's does (exclusive); -1 when nothing is known.</summary>
    public long EndOffset { get; private set; } = -1;

    /// <summary>Up to where that is durable (exclusive).</summary>
    public long FlushedOffset { get; private set; } = -1;

    /// <summary>Up to where records were sent (exclusive).</summary>
    public long SentOffset { get; private set; }

    /// <summary>The high watermark that it was told last.</summary>
    public long ToldHighWatermark { get; private set; } = -1;

    /// <summary>The log start that it was told last.</summary>
    public long ToldLogStartOffset { get; private set; } = -1;

    /// <summary>Whether sending records to it is under way.</summary>
    public bool IsSending { get; set; }

    /// <summary>Whether it has to begin anew, and has not followed since it was told.</summary>
    public bool IsToReset { get; set; }

    /// <summary>When it last had all that the leader had; where only what is durable counts, durably.</summary>
    public long CaughtUpAt { get; private set; }

    /// <summary>When it was last heard of.</summary>
    public long HeardAt { get; private set; }

    /// <summary>The life of the broker that it follows in.</summary>
    public long BrokerEpoch => ReplicaSession.BrokerEpochOf(Session);

    public void Begin(long session)
    {
        Session = session;
        Break();
    }

    /// <summary>Nothing more is sent until it follows anew. What it has acknowledged stays true of its log.</summary>
    public void Break()
    {
        IsMatched = false;
        IsSending = false;
        IsToReset = false;
    }

    public void Match(long endOffset, long flushedOffset)
    {
        IsMatched = true;
        EndOffset = SentOffset = endOffset;
        FlushedOffset = Math.Min(flushedOffset, endOffset);
        ToldHighWatermark = -1;
    }

    public void Sent(in ReplicaMessage message)
    {
        SentOffset = message.EndOffset;
        ToldHighWatermark = message.HighWatermark;
        ToldLogStartOffset = message.LogStartOffset;
    }

    public void Acknowledge(long endOffset, long flushedOffset)
    {
        EndOffset = Math.Max(EndOffset, endOffset);
        FlushedOffset = Math.Max(FlushedOffset, Math.Min(flushedOffset, EndOffset));
    }

    /// <summary>A new leader gives everybody the time that a follower may lag.</summary>
    public void Grant(long now) => CaughtUpAt = HeardAt = _markedAt = now;

    /// <summary>
    /// Takes note of the time at which it had what the leader has. One that never quite reaches a log which grows all the
    /// time is judged by how long ago the log ended where the follower has come to by now.
    /// </summary>
    /// <param name="reached">How far it has come: its log's end, or how much of it is durable where only that counts.</param>
    /// <param name="leaderEndOffset">The end of the leader's log.</param>
    /// <param name="now">The time.</param>
    public void NoteTime(long reached, long leaderEndOffset, long now)
    {
        HeardAt = now;
        if (reached >= leaderEndOffset)
        {
            CaughtUpAt = now;
            (_mark, _markedAt) = (leaderEndOffset, now);
        }
        else if (reached >= _mark)
        {
            CaughtUpAt = Math.Max(CaughtUpAt, _markedAt);
            (_mark, _markedAt) = (leaderEndOffset, now);
        }
    }
}
