using LogStore.Bench.Broker.Servers;
using LogStore.Client;
using LogStore.Records;

namespace LogStore.Bench.Broker.Clients;

/// <summary>The load that <c>driver.c</c> brings, by our own client; settings that are not named are its defaults.</summary>
internal sealed class OwnClient(string brokers)
{
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(5);

    public Load Produce(string topic, int bytes, string acks, TimeSpan duration) =>
        Task.Run(() => ProduceAsync(topic, bytes, acks, duration)).GetAwaiter().GetResult();

    public Load Fetch(string topic, int bytes, long records, TimeSpan duration) =>
        Task.Run(() => FetchAsync(topic, bytes, records, duration)).GetAwaiter().GetResult();

    private async Task<Load> ProduceAsync(string topic, int bytes, string acks, TimeSpan duration)
    {
        // Not idempotent: librdkafka is not by default.
        await using Producer producer = new(new ProducerOptions
        {
            BootstrapServers = brokers,
            Acks = acks == "all" ? Acks.All : Acks.Leader,
            Linger = Linger,
            EnableIdempotence = false,
        });
        byte[] value = new byte[bytes];
        value.AsSpan().Fill((byte)'x');
        ProducerRecord record = new(topic, value) { Partition = 0 };
        await producer.SendAsync(record); // Unmeasured: connecting is not what is measured.
        Delivery delivery = new();
        DeliveryCallback delivered = delivery.Note;
        LoadMeter meter = new();
        long sent = 0;
        do
        {
            for (int index = 0; index < 1024; index++, sent++)
            {
                ValueTask posting = producer.PostAsync(record, delivered);
                if (!posting.IsCompletedSuccessfully) await posting;
            }
        }
        while (meter.Elapsed < duration);
        await producer.FlushAsync();
        Load load = meter.Finish(sent, bytes);
        return delivery.Count == sent
            ? load
            : throw new ServerFailedException($"our client: {delivery.Count} of {sent} records were delivered: {delivery.Error?.Message}");
    }

    private async Task<Load> FetchAsync(string topic, int bytes, long length, TimeSpan duration)
    {
        await using Consumer consumer = new(new ConsumerOptions
        {
            BootstrapServers = brokers,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            // As librdkafka's driver: the log is read again and again, and waiting at its end for more is not what is measured.
            FetchMaxWait = TimeSpan.FromMilliseconds(1),
        });
        TopicPartition partition = new(topic, 0);
        consumer.Assign(partition);
        Step(await consumer.ReadBatchAsync(), bytes); // Unmeasured: connecting is not what is measured.
        LoadMeter meter = new();
        long read = 0;
        while (meter.Elapsed < duration)
        {
            ConsumedBatch batch = await consumer.ReadBatchAsync();
            read += Step(batch, bytes);
            if (batch.NextOffset >= length) consumer.Seek(partition, 0);
        }

        return meter.Finish(read, bytes);
    }

    /// <summary>Steps through the records of a batch, as a consumer would.</summary>
    private static int Step(ConsumedBatch batch, int bytes)
    {
        int count = 0;
        foreach (RecordView record in batch)
        {
            if (record.Value.Length != bytes) throw new ServerFailedException("our client: not a record that was produced");
            count++;
        }

        return count;
    }

    /// <summary>Counts what was delivered. The calls for a partition come one at a time.</summary>
    private sealed class Delivery
    {
        private long _count;

        public long Count => Volatile.Read(ref _count);

        public DeliveryException? Error { get; private set; }

        public void Note(RecordMetadata metadata, DeliveryException? error, object? state)
        {
            if (error is null) Volatile.Write(ref _count, _count + 1);
            else Error ??= error;
        }
    }
}
