using System.Diagnostics;
using LogStore.Client;

namespace LogStore.Bench.Broker.Clusters;

/// <summary>
/// Writes a record every millisecond or so with our own client and its default settings (acks=all), whatever happens, until it
/// is stopped.
/// </summary>
internal sealed class SteadyWriter : IAsyncDisposable
{
    private const int Bytes = 1024;

    private readonly Producer _producer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;
    private readonly Lock _lock = new();
    private TaskCompletionSource<long>? _waiter;
    private long _postedFrom;
    private long _posted;
    private long _acknowledged;
    private DeliveryException? _error;

    public SteadyWriter(string brokers, string topic)
    {
        _producer = new Producer(new ProducerOptions { BootstrapServers = brokers });
        _writing = Task.Run(() => WriteAsync(new ProducerRecord(topic, new byte[Bytes]) { Partition = 0 }));
    }

    /// <summary>Records that were written so far.</summary>
    public long Posted => Interlocked.Read(ref _posted);

    /// <summary>How many of them were acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Why one was not, if so.</summary>
    public DeliveryException? Error => Volatile.Read(ref _error);

    /// <summary>The moment at which the first record that is written from now on is acknowledged.</summary>
    public Task<long> NextAcknowledgement()
    {
        lock (_lock)
        {
            _postedFrom = Stopwatch.GetTimestamp();
            _waiter = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiter.Task;
        }
    }

    /// <summary>Writes no more, and waits until everything is acknowledged or has failed.</summary>
    public async Task FinishAsync()
    {
        await _stop.CancelAsync();
        await _writing;
        await _producer.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _producer.DisposeAsync();
        _stop.Dispose();
    }

    private async Task WriteAsync(ProducerRecord record)
    {
        DeliveryCallback delivered = Note;
        while (!_stop.IsCancellationRequested)
        {
            await _producer.PostAsync(record, delivered, Stopwatch.GetTimestamp());
            Interlocked.Increment(ref _posted);
            await Task.Delay(1);
        }
    }

    private void Note(RecordMetadata metadata, DeliveryException? error, object? posted)
    {
        long now = Stopwatch.GetTimestamp();
        if (error is not null)
        {
            Volatile.Write(ref _error, error);
            return;
        }

        Interlocked.Increment(ref _acknowledged);
        lock (_lock)
        {
            if (_waiter is null || (long)posted! < _postedFrom) return;
            _waiter.SetResult(now);
            _waiter = null;
        }
    }
}
