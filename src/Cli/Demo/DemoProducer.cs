using LogStore.Client;

namespace LogStore.Cli.Demo;

/// <summary>Produces a text line by line with acks=all, and says when half of it is acknowledged.</summary>
internal sealed class DemoProducer
{
    /// <summary>What may be on its way: it keeps three brokers busy, and leaves latencies a meaning.</summary>
    private const long BufferBytes = 1 << 20;

    private readonly ClientOptions _cluster;
    private readonly DemoText _text;
    private readonly TaskCompletionSource _half = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DeliveryException? _error;

    public DemoProducer(ClientOptions cluster, DemoText text)
    {
        (_cluster, _text) = (cluster, text);
        Times = new AckTimes(text.Lines);
    }

    public AckTimes Times { get; }

    /// <summary>Done when half of the records are acknowledged.</summary>
    public Task Half => _half.Task;

    /// <summary>Produces everything, and returns when all of it is acknowledged.</summary>
    /// <exception cref="DeliveryException">A record was not.</exception>
    public async Task RunAsync(string topic, CancellationToken cancellationToken)
    {
        await using Producer producer = new(new ProducerOptions
        {
            BootstrapServers = _cluster.BootstrapServers,
            Acks = Acks.All,
            BufferMemory = BufferBytes,
            BatchSize = 64 * 1024,
            MaxRequestSize = (int)BufferBytes,
        });
        await foreach (ReadOnlyMemory<byte> line in _text.LinesAsync(cancellationToken))
        {
            Times.Sent(line.Length + 1); // With its newline.
            await producer.PostAsync(
                new ProducerRecord(topic, line) { Partition = 0 }, OnDelivered, cancellationToken: cancellationToken);
            if (Volatile.Read(ref _error) is not null) break;
        }

        await producer.FlushAsync(cancellationToken);
        if (Volatile.Read(ref _error) is { } error) throw error;
    }

    private void OnDelivered(RecordMetadata metadata, DeliveryException? error, object? state)
    {
        if (error is not null) Interlocked.CompareExchange(ref _error, error, null);
        else if (Times.Acknowledged() == (_text.Lines + 1) / 2) _half.TrySetResult();
    }
}
