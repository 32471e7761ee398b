namespace LogStore.Replicator.Protocol;

/// <summary>What a replica wants done. Effects of one step are carried out in their order.</summary>
public enum ReplicaEffectKind
{
    /// <summary>Send <see cref="ReplicaEffect.Message"/> to <see cref="ReplicaEffect.Peer"/>; losing it is allowed.</summary>
    Send,

    /// <summary>
    /// Send records to <see cref="ReplicaEffect.Peer"/>, as described by <see cref="LeaderReplica.TryDescribeAppend"/>, and
    /// report each message with <see cref="LeaderReplica.OnSent"/>.
    /// </summary>
    SendRecords,

    /// <summary>Append the records that came with the message, then report with <see cref="FollowerReplica.OnAppended"/>.</summary>
    Append,

    /// <summary>
    /// Wait until no local append is under way any more: each is in the log, or was refused. Then report with
    /// <see cref="FollowerReplica.OnLogAtRest"/>.
    /// </summary>
    Settle,

    /// <summary>Cut the log to <see cref="ReplicaEffect.Offset"/>; report as for <see cref="Settle"/>.</summary>
    Truncate,

    /// <summary>Empty the log, to begin at <see cref="ReplicaEffect.Offset"/>; report as for <see cref="Settle"/>.</summary>
    Reset,

    /// <summary>Delete the records below <see cref="ReplicaEffect.Offset"/>, some time.</summary>
    AdvanceLogStart,

    /// <summary>
    /// From here on the log takes local appends only in the epoch <see cref="ReplicaEffect.Offset"/>, if at all. Before the
    /// effects that follow.
    /// </summary>
    BeginEpoch,

    /// <summary>
    /// Ask the authority for <see cref="ReplicaEffect.State"/>, on the condition that it still has the one of that version.
    /// Whatever it answers, report the state there is then; as long as it gives no answer, ask again: a change whose outcome is
    /// unknown counts as one that may still happen.
    /// </summary>
    Propose,

    /// <summary>Make the log durable, some time soon, and report.</summary>
    Flush,

    /// <summary>The high watermark has moved.</summary>
    HighWatermark,
}

/// <summary>One thing that a replica wants done.</summary>
public readonly record struct ReplicaEffect(ReplicaEffectKind Kind)
{
    /// <summary>The broker that it is for.</summary>
    public int Peer { get; init; }

    /// <summary>What to send.</summary>
    public ReplicaMessage Message { get; init; }

    /// <summary>An offset or an epoch: the kind says which.</summary>
    public long Offset { get; init; }

    /// <summary>The state that is proposed: this one with another in-sync set.</summary>
    public PartitionState? State { get; init; }
}
