using LogStore.Broker.Fetching;
using LogStore.KafkaProtocol;
using LogStore.Replicator;

namespace LogStore.Broker.Partitions;

/// <summary>Waits until a partition that this broker leads has committed everything below an offset.</summary>
internal sealed class HighWatermarkWait : IAppendWatcher
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _offset;

    private HighWatermarkWait(long offset) => _offset = offset;

    /// <summary>Waits until the high watermark is known, and at or above an offset.</summary>
    /// <exception cref="NotLeaderException">This broker does not lead the partition, or has ceased to.</exception>
    public static async Task ForAsync(Partition partition, long offset, CancellationToken cancellationToken)
    {
        HighWatermarkWait wait = new(offset);
        partition.Watch(wait);
        try
        {
            // After the watch has begun: what changes from here on is told.
            wait.OnAppended(partition);
            await wait._done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            partition.Unwatch(wait);
        }
    }

    public void OnAppended(Partition partition)
    {
        if (partition.CheckLeader() != ErrorCode.None)
            _done.TrySetException(new NotLeaderException(partition.Topic, partition.Index));
        else if (partition.CheckReadable() == ErrorCode.None && partition.HighWatermark >= _offset)
            _done.TrySetResult();
    }
}
