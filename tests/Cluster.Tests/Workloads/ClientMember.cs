using LogStore.Client;

namespace LogStore.Cluster.Tests.Workloads;

/// <summary>Our own consumer as a member of a group.</summary>
internal sealed class ClientMember : IGroupMember
{
    private readonly Consumer _consumer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    public ClientMember(string bootstrapServers, string topic, string group)
    {
        _consumer = new Consumer(new ConsumerOptions
        {
            BootstrapServers = bootstrapServers,
            GroupId = group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            RequestTimeout = TimeSpan.FromSeconds(5),
        });
        _consumer.Subscribe([topic]);
        _running = Task.Run(RunAsync);
    }

    public GroupProgress Progress { get; } = new();

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        await _consumer.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _consumer.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                ConsumedBatch batch = await _consumer.ReadBatchAsync(_stopping.Token);
                Progress.Deliver(batch.Partition.Partition, batch.StartOffset);
                long next = batch.NextOffset;
                try
                {
                    await _consumer.CommitAsync(
                        new Dictionary<TopicPartition, CommittedOffset> { [batch.Partition] = new(next) }, _stopping.Token);
                    Progress.Commit([new(batch.Partition.Partition, next)]);
                }
                catch (CommitFailedException)
                {
                    // The group has gone on: it is handed out again.
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // It is to stop.
        }
    }
}
