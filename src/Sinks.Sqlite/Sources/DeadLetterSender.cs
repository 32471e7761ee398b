using System.Globalization;
using System.Text;
using LogStore.Sinks.Sqlite.Applying;

namespace LogStore.Sinks.Sqlite.Sources;

/// <summary>
/// Sends records that could not be applied to a topic, with their headers, and behind those where they come from and why.
/// </summary>
internal sealed class DeadLetterSender : IAsyncDisposable
{
    /// <summary>
    /// How long sending may take: the database is locked meanwhile, and another sink waits for it no longer than
    /// <see cref="SqliteSinkOptions.BusyTimeout"/>, 30 s if nobody says otherwise.
    /// </summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly Producer _producer;
    private readonly string _topic;

    public DeadLetterSender(ConsumerOptions consumer, string topic)
    {
        _topic = topic;
        _producer = new Producer(new ProducerOptions
        {
            BootstrapServers = consumer.BootstrapServers,
            ClientId = consumer.ClientId,
            Tls = consumer.Tls,
            Sasl = consumer.Sasl,
            Connect = consumer.Connect,
            AllowAutoCreateTopics = false,
            // Within the limit a request is tried again.
            RequestTimeout = Limit / 4,
            DeliveryTimeout = Limit,
            MaxBlock = Limit,
            CloseTimeout = Limit,
        });
    }

    /// <summary>Sends records, and returns when all replicas have them: the transaction that leaves them out waits.</summary>
    /// <exception cref="SinkException">They cannot be delivered.</exception>
    public void Send(IReadOnlyList<DeadLetter> letters)
    {
        try
        {
            // Within a transaction, which belongs to this thread; such records are rare.
            Task.Run(() => SendAsync(letters)).GetAwaiter().GetResult();
        }
        catch (ClientException error)
        {
            throw new SinkException(
                $"records that cannot be applied ({letters.Count}) could not be sent to '{_topic}' either: {error.Message}",
                error, error.IsTransient);
        }
    }

    public ValueTask DisposeAsync() => _producer.DisposeAsync();

    private Task<RecordMetadata[]> SendAsync(IReadOnlyList<DeadLetter> letters) => Task.WhenAll(letters.Select(letter => _producer.SendAsync(
        new ProducerRecord(_topic, letter.Value, letter.Key)
        {
            TimestampMs = letter.Timestamp < 0 ? null : letter.Timestamp,
            Headers = (RecordHeader[])
            [
                .. letter.Headers,
                Header("logstore.dead-letter.topic", letter.Partition.Topic),
                Header("logstore.dead-letter.partition", letter.Partition.Partition.ToString(CultureInfo.InvariantCulture)),
                Header("logstore.dead-letter.offset", letter.Offset.ToString(CultureInfo.InvariantCulture)),
                Header("logstore.dead-letter.reason", letter.Reason),
            ],
        })));

    private static RecordHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));
}
