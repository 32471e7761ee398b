using LogStore.Client;
using LogStore.Cluster.Tests.Histories;
using LogStore.Records;

namespace LogStore.Cluster.Tests.Workloads;

/// <summary>Our own consumer: reads along all the time, or a topic from its beginning to its end.</summary>
internal sealed class TopicReader : IAsyncDisposable
{
    private readonly Consumer _consumer;
    private readonly TopicPartition[] _partitions;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    private TopicReader(string bootstrapServers, string topic, int partitions)
    {
        _consumer = new Consumer(new ConsumerOptions
        {
            BootstrapServers = bootstrapServers,
            // A reader must not be where it has no reason to be.
            AutoOffsetReset = AutoOffsetReset.None,
            RequestTimeout = TimeSpan.FromSeconds(5),
        });
        _partitions = [.. Enumerable.Range(0, partitions).Select(index => new TopicPartition(topic, index))];
        _consumer.Assign(_partitions);
        foreach (TopicPartition partition in _partitions) _consumer.Seek(partition, 0);
    }

    /// <summary>Begins to read along, into a history.</summary>
    public static TopicReader Follow(string bootstrapServers, string topic, History history)
    {
        TopicReader reader = new(bootstrapServers, topic, history.Partitions);
        reader._running = Task.Run(() => reader.FollowAsync(history));
        return reader;
    }

    /// <summary>Reads a topic to its end.</summary>
    /// <returns>The entries of each partition, by offset.</returns>
    public static async Task<IReadOnlyList<IReadOnlyList<Entry>>> ReadAsync(string bootstrapServers, string topic, int partitions)
    {
        await using TopicReader reader = new(bootstrapServers, topic, partitions);
        IReadOnlyDictionary<TopicPartition, OffsetResult> ends = await reader._consumer.ListOffsetsAsync(
            reader._partitions.ToDictionary(partition => partition, _ => OffsetSpec.Latest));
        List<Entry>[] read = [.. reader._partitions.Select(_ => new List<Entry>())];
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2));
        while (reader._partitions.Any(partition => read[partition.Partition].Count < ends[partition].Offset))
        {
            ConsumedBatch batch = await reader._consumer.ReadBatchAsync(limit.Token);
            Take(batch, (entry, partition, offset) =>
            {
                if (offset != read[partition].Count)
                    throw new InvalidOperationException($"{partition}:{offset} was read after {read[partition].Count}.");
                read[partition].Add(entry);
            });
        }

        return read;
    }

    /// <summary>Where it is in a partition.</summary>
    public long PositionIn(int partition) => _consumer.Position(_partitions[partition]) ?? 0;

    /// <summary>Why it reads no longer; null while it does.</summary>
    public Exception? Failure => _running.Exception?.InnerException;

    /// <summary>Stops reading along; what went wrong is thrown.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _consumer.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task FollowAsync(History history)
    {
        try
        {
            while (true) Take(await _consumer.ReadBatchAsync(_stopping.Token), history.See);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // It is to stop.
        }
    }

    private static void Take(ConsumedBatch batch, Action<Entry, int, long> take)
    {
        foreach (RecordView record in batch) take(Entry.Parse(record.Value.Span), batch.Partition.Partition, record.Offset);
    }
}
