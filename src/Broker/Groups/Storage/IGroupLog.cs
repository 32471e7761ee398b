using LogStore.Records;

namespace LogStore.Broker.Groups.Storage;

/// <summary>
/// Where groups are kept: the partitions of the offsets topic. A group belongs to one of them, and its coordinator is
/// whoever leads that one.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal interface IGroupLog
{
    /// <summary>Whether there is such a topic yet.</summary>
    public bool Exists { get; }

    /// <summary>How many partitions the topic has, or will have.</summary>
    public int PartitionCount { get; }

    /// <summary>The largest batch of records that is taken, in bytes, which the snapshot of a group has to fit.</summary>
    public int MaxBatchBytes { get; }

    /// <summary>Makes the topic, if there is none.</summary>
    /// <exception cref="LogStoreException">It cannot be made.</exception>
    public ValueTask CreateAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Has a callback told when this broker has begun or ceased to lead a partition, or leads it in a new epoch: look with
    /// <see cref="LeaderEpochOf"/>.
    /// </summary>
    public void AddLeadershipListener(Action<int> listener);

    /// <summary>Ends <see cref="AddLeadershipListener"/>; a call that is under way may still come.</summary>
    public void RemoveLeadershipListener(Action<int> listener);

    /// <summary>The epoch in which this broker leads a partition; null if it does not.</summary>
    public int? LeaderEpochOf(int partition);

    /// <summary>
    /// Appends records, and returns once they are as safe as the topic's settings ask. Records of one partition are in
    /// the log in the order of the calls. Never fails otherwise than by its result.
    /// </summary>
    public ValueTask<GroupAppendResult> AppendAsync(int partition, IReadOnlyList<GroupRecord> records);

    /// <summary>
    /// Waits until all that is in a partition's log now is committed: who has just become its leader may have records of its
    /// predecessor there that nobody was told of yet, and that count once they are.
    /// </summary>
    /// <exception cref="LogStoreException">It is not led here, or no longer.</exception>
    /// <exception cref="IOException">Its log is not open.</exception>
    public Task WaitUntilCommittedAsync(int partition, CancellationToken cancellationToken);

    /// <summary>
    /// Reads what is committed of a partition, from its beginning. Each batch is valid until the next is asked for.
    /// </summary>
    /// <exception cref="LogStoreException">It cannot be read.</exception>
    public IAsyncEnumerable<RecordBatch> ReadAsync(int partition, CancellationToken cancellationToken);
}
