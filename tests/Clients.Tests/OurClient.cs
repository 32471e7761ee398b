using LogStore.Client;
using LogStore.Records;

namespace LogStore.Clients.Tests;

/// <summary>Our own client for .NET, within the process of the tests.</summary>
internal static class OurClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task ProduceAsync(string address, string topic, string codec, ClientRecord[] records)
    {
        await using Producer producer = new(ProducerOptions.FromProperties(ClientProperties.From(
            new Dictionary<string, string> { ["bootstrap.servers"] = address, ["compression.type"] = codec })));
        await Task.WhenAll(Array.ConvertAll(records, record => producer.SendAsync(
            new ProducerRecord(topic, record.ValueBytes, record.KeyBytes)
            {
                Partition = 0,
                Headers = Array.ConvertAll(record.Headers, header => new RecordHeader(header[0]!, Bytes(header[1]))),
            })));
    }

    public static async Task<ClientRecord[]> ConsumeAsync(string address, string topic, int count)
    {
        using CancellationTokenSource patience = new(Patience);
        await using Consumer consumer = new(new ConsumerOptions { BootstrapServers = address });
        TopicPartition partition = new(topic, 0);
        consumer.Assign(partition);
        consumer.Seek(partition, 0);
        List<ClientRecord> records = [];
        while (records.Count < count)
        {
            foreach (RecordView record in await consumer.ReadBatchAsync(patience.Token)) records.Add(Copy(record));
        }

        return [.. records];
    }

    private static ClientRecord Copy(in RecordView record)
    {
        List<(string, byte[]?)> headers = [];
        foreach (RecordHeaderView header in record.Headers) headers.Add((header.Key, header.Value.ToArray()));
        return ClientRecord.Of(record.Key.ToArray(), record.Value.ToArray(), [.. headers]);
    }

    private static ReadOnlyMemory<byte>? Bytes(string? base64)
    {
        if (base64 is null) return null;
        return Convert.FromBase64String(base64);
    }
}
