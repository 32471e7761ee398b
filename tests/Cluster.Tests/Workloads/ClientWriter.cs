using LogStore.Client;
using LogStore.Cluster.Tests.Histories;

namespace LogStore.Cluster.Tests.Workloads;

/// <summary>Our own idempotent producer, which writes to all partitions until it is told to stop.</summary>
internal sealed class ClientWriter : IAsyncDisposable
{
    /// <summary>What may be outstanding in each partition.</summary>
    private const int Window = 5;

    private readonly int _writer;
    private readonly string _topic;
    private readonly History _history;
    private readonly Producer _producer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    public ClientWriter(int writer, string bootstrapServers, string topic, History history)
    {
        _writer = writer;
        _topic = topic;
        _history = history;
        history.AddIdempotentWriter(writer);
        _producer = new Producer(new ProducerOptions
        {
            BootstrapServers = bootstrapServers,
            ClientId = $"writer-{writer}",
            // A broker that is halted keeps its connections, and answers nothing.
            RequestTimeout = TimeSpan.FromSeconds(5),
        });
        _running = Task.WhenAll(Enumerable.Range(0, history.Partitions).Select(partition => Task.Run(() => WriteAsync(partition))));
    }

    /// <summary>Writes nothing new, and waits until what was written is acknowledged.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        await _producer.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _producer.DisposeAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task WriteAsync(int partition)
    {
        // Not disposed: callbacks of a producer that is being closed may come to it yet.
        SemaphoreSlim window = new(Window);
        try
        {
            for (long number = partition; ; number += _history.Partitions)
            {
                await window.WaitAsync(_stopping.Token);
                Entry entry = new(_writer, number);
                _history.Begin(entry, partition);
                await _producer.PostAsync(
                    new ProducerRecord { Topic = _topic, Partition = partition, Value = entry.ToBytes() },
                    (metadata, error, _) =>
                    {
                        if (error is null) _history.Acknowledge(entry, metadata.Partition, metadata.Offset);
                        else _history.Fail(entry, partition, error.Message);
                        window.Release();
                    });
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // It is to stop.
        }
    }
}
