using LogStore.Client.Cluster;
using LogStore.Client.Consuming;

namespace LogStore.Client;

/// <content>Where the consumer is.</content>
public partial class Consumer
{
    /// <summary>Goes to an offset of an assigned partition.</summary>
    /// <exception cref="InvalidOperationException">The partition is not assigned.</exception>
    public void Seek(TopicPartition partition, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        Change(partition, state => state.SeekTo(offset));
    }

    /// <summary>
    /// Goes to an offset, the record before which was appended by a leader of a known epoch: if the log of a later leader
    /// does not have that record, which it tells (KIP-320), the next call that consumes fails.
    /// </summary>
    /// <exception cref="InvalidOperationException">The partition is not assigned.</exception>
    public void Seek(TopicPartition partition, CommittedOffset position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position.Offset);
        Change(partition, state => state.SeekTo(position.Offset, position.LeaderEpoch));
    }

    /// <summary>Goes to the beginning, the end, or a time in an assigned partition.</summary>
    /// <exception cref="InvalidOperationException">The partition is not assigned.</exception>
    public void Seek(TopicPartition partition, OffsetSpec target)
    {
        Change(partition, state => state.SeekTo(target));
        _resolver.Start();
    }

    /// <summary>Hands out no records of these partitions until <see cref="Resume"/>; they stay assigned.</summary>
    /// <exception cref="InvalidOperationException">A partition is not assigned.</exception>
    public void Pause(params IReadOnlyCollection<TopicPartition> partitions)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        foreach (TopicPartition partition in partitions) Change(partition, static state => state.IsPaused = true);
    }

    /// <summary>Hands out records of these partitions again.</summary>
    /// <exception cref="InvalidOperationException">A partition is not assigned.</exception>
    public void Resume(params IReadOnlyCollection<TopicPartition> partitions)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        foreach (TopicPartition partition in partitions) Change(partition, static state => state.IsPaused = false);
    }

    /// <summary>The offset of the next record to be handed out; null as long as it is not known.</summary>
    /// <exception cref="InvalidOperationException">The partition is not assigned.</exception>
    public long? Position(TopicPartition partition)
    {
        lock (_assignment.Gate)
        {
            long position = _assignment.Find(partition).Position;
            return position < 0 ? null : position;
        }
    }

    /// <summary>
    /// Where the partition began and ended when it was last fetched (end exclusive); null before it was.
    /// </summary>
    /// <exception cref="InvalidOperationException">The partition is not assigned.</exception>
    public (long Start, long End)? Watermarks(TopicPartition partition)
    {
        lock (_assignment.Gate)
        {
            PartitionState state = _assignment.Find(partition);
            return state.HighWatermark < 0 ? null : (Math.Max(0, state.LogStartOffset), state.HighWatermark);
        }
    }

    /// <summary>Looks up offsets by time, or where partitions begin or end. They need not be assigned.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, OffsetResult>> ListOffsetsAsync(
        IReadOnlyDictionary<TopicPartition, OffsetSpec> specs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(specs);
        return await OffsetLookup.RunAsync(_cluster, specs, _options.IsolationLevel, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>How many partitions a topic has.</summary>
    /// <exception cref="ClientException">The topic is not there.</exception>
    public async Task<int> GetPartitionCountAsync(string topic, CancellationToken cancellationToken = default)
    {
        TopicSnapshot snapshot = await _cluster.GetTopicAsync(topic, cancellationToken).ConfigureAwait(false);
        return snapshot.PartitionCount;
    }

    /// <summary>
    /// Asks leaders where the records of an epoch end in their logs. They need not be assigned.
    /// </summary>
    /// <param name="epochs">The epoch to ask for, by partition.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>
    /// The largest epoch at or below the one asked for, and its end (exclusive); -1 for both where there is none. Partitions
    /// whose leader does not know the question are left out.
    /// </returns>
    public async Task<IReadOnlyDictionary<TopicPartition, EpochEnd>> FindEpochEndsAsync(
        IReadOnlyDictionary<TopicPartition, int> epochs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        return await EpochLookup.RunAsync(_cluster, epochs, cancellationToken).ConfigureAwait(false);
    }

    private void Change(TopicPartition partition, Action<PartitionState> change)
    {
        lock (_assignment.Gate) change(_assignment.Find(partition));
        _assignment.Changed.Set();
        _fetch.Wake();
    }
}
