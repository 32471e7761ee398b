using LogStore.Cli.Cluster;
using LogStore.Client;
using LogStore.Records;

namespace LogStore.Cli.Producing;

/// <summary>Sends records through brokers. The producer fills, times and sends batches.</summary>
internal sealed class ClusterSink : RecordSink
{
    /// <summary>The least that the producer takes for a batch and for a record.</summary>
    private const int LeastBytes = 128;

    private readonly ProduceOptions _options;
    private readonly Producer _producer;
    private long _inputBytes;
    private DeliveryException? _failure;

    private ClusterSink(
        ProduceOptions options, ProducerOptions producerOptions, int maxBatchBytes, AckLedger ledger) : base(ledger)
    {
        _options = options;
        MaxBatchBytes = maxBatchBytes;
        _producer = new Producer(producerOptions with { BatchDelivered = Enter });
    }

    /// <inheritdoc/>
    public override int MaxBatchBytes { get; }

    /// <summary>Reaches the brokers and looks for the topic, which must be there: a mistyped name makes none.</summary>
    public static async Task<ClusterSink> OpenAsync(
        ClusterLocation cluster, ProduceOptions options, TextWriter? acknowledgements, CancellationToken cancellationToken)
    {
        ProducerOptions producer = With(cluster.ProducerOptions, options);
        await using AdminClient admin = await cluster.OpenAdminAsync(cancellationToken);
        TopicDescription topic = (await admin.DescribeTopicsAsync([options.Topic], cancellationToken))[0];
        if (options.Partition is { } partition && partition >= topic.Partitions.Count)
            throw new UnknownTopicOrPartitionException(options.Topic, partition, topic.Partitions.Count);
        int maxBatchBytes = await FindMaxBatchBytesAsync(admin, options.Topic, cancellationToken) ?? producer.MaxRequestSize;
        producer = producer with
        {
            BatchSize = Math.Max(Math.Min(producer.BatchSize, maxBatchBytes), LeastBytes),
            MaxRequestSize = Math.Max(maxBatchBytes, LeastBytes),
            BufferMemory = Math.Max(producer.BufferMemory, 2L * maxBatchBytes),
        };
        return new ClusterSink(options, producer, maxBatchBytes, new AckLedger(acknowledgements));
    }

    /// <inheritdoc/>
    public override ValueTask AddAsync(in InputRecord record)
    {
        if (Volatile.Read(ref _failure) is { } failure) throw failure;
        _inputBytes += record.InputBytes;
        return _producer.PostAsync(new ProducerRecord
        {
            Topic = _options.Topic,
            Partition = _options.Partition,
            TimestampMs = record.TimestampMs,
            Key = record.Key,
            Value = record.Value,
            Headers = record.Headers,
        });
    }

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync()
    {
        await _producer.FlushAsync();
        await _producer.DisposeAsync(); // The last batch has been entered only when this is done.
        if (Volatile.Read(ref _failure) is { } failure) throw failure;
        Ledger.CountInput(_inputBytes);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => _producer.DisposeAsync();

    /// <summary>The command line's settings over those of the client's keys.</summary>
    private static ProducerOptions With(ProducerOptions producer, ProduceOptions options)
    {
        if (options.Acks == AckLevel.Flushed)
            throw new UserErrorException(
                "--acks flushed is no part of the protocol: give the topic flush.messages=1 (logstore topic alter " +
                $"{options.Topic} --config flush.messages=1), then --acks 1 and all wait for the flush", ExitCode.Usage);
        producer = producer with
        {
            Acks = options.Acks switch
            {
                AckLevel.None => Acks.None,
                AckLevel.Appended => Acks.Leader,
                AckLevel.All => Acks.All,
                _ => producer.Acks,
            },
            EnableIdempotence = options.Idempotent ? true : producer.EnableIdempotence,
            Linger = options.Linger ?? producer.Linger,
            BatchSize = options.BatchBytes ?? Math.Max(producer.BatchSize, ProduceOptions.DefaultBatchBytes),
            Compression = options.Compression ?? producer.Compression,
            AllowAutoCreateTopics = false,
        };
        if (options.Idempotent && producer.Acks != Acks.All)
            throw new UserErrorException("--idempotent takes --acks all, which is the default through brokers", ExitCode.Usage);
        TimeSpan least = producer.Linger + producer.RequestTimeout;
        return producer.DeliveryTimeout < least ? producer with { DeliveryTimeout = least } : producer;
    }

    /// <summary>The topic's limit; null if the broker does not tell.</summary>
    private static async Task<int?> FindMaxBatchBytesAsync(
        AdminClient admin, string topic, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<ConfigEntry> config =
                await admin.DescribeConfigsAsync(ConfigResource.Topic(topic), cancellationToken);
            string? value = config.FirstOrDefault(entry => entry.Name == "max.message.bytes")?.Value;
            return int.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out int bytes)
                ? Math.Min(bytes, RecordBatchBuilderOptions.MaxMaxBytes) : null;
        }
        catch (BrokerErrorException)
        {
            return null; // Who may write to a topic may not always read its settings.
        }
    }

    private void Enter(in BatchDelivery batch)
    {
        if (batch.Error is { } error) Interlocked.CompareExchange(ref _failure, error, null);
        else Ledger.Acknowledge(batch.Partition.Partition, batch.RecordCount, batch.BaseOffset);
    }
}
