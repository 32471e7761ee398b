using System.Net.Sockets;
using System.Text;
using LogStore.Broker.Tests;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Fetch;
using LogStore.KafkaProtocol.Produce;
using LogStore.KafkaProtocol.Topics;
using LogStore.KafkaProtocol.Transactions;
using LogStore.KafkaProtocol.Wire;
using LogStore.Records;
using Xunit;

namespace LogStore.Clients.Tests;

/// <summary>kill -9 of a broker under load, again and again.</summary>
/// <remarks>The page cache survives the process: what a crash of the machine leaves is not seen here.</remarks>
public sealed class CrashTests
{
    private const int Rounds = 50;
    private const int Producers = 3;
    private const int RecordsPerBatch = 2;
    private const int InFlight = 5;

    [Fact]
    public async Task NothingAcknowledgedIsLostAndNothingIdempotentIsDoubled()
    {
        Random random = SeededRandom.Create();
        using TemporaryDirectory directory = new();
        BrokerProcess broker = await BrokerProcess.StartAsync(directory.Path);
        int port = broker.Port;
        await CreateTopicAsync(broker);
        Outage outage = new();
        Producer[] producers = [.. Enumerable.Range(0, Producers).Select(partition => new Producer(port, partition, outage))];
        Task[] running = [.. producers.Select(producer => producer.RunAsync())];
        for (int round = 0; round < Rounds; round++)
        {
            // A moment that differs each time, and is one of progress.
            await producers[random.Next(Producers)].AcknowledgedMoreAsync(random.Next(1, 300));
            outage.Begin();
            await broker.KillAsync();
            await broker.DisposeAsync();
            broker = await BrokerProcess.StartAsync(directory.Path, port);
            outage.End();
        }

        foreach (Producer producer in producers) producer.Stop();
        await Task.WhenAll(running);
        foreach (Producer producer in producers) await CheckAsync(broker, producer);
        Assert.Equal("", await broker.StopAsync());
        await broker.DisposeAsync();
    }

    private static async Task CreateTopicAsync(BrokerProcess broker)
    {
        await using ProtocolClient client = await broker.ConnectAsync();
        CreateTopicsResponse response = await client.SendAsync(
            new CreateTopicsRequest
            {
                Topics =
                [
                    new()
                    {
                        Name = "t",
                        NumPartitions = Producers,
                        ReplicationFactor = 1,
                        Assignments = [],
                        // Crashes meet new segments too.
                        Configs = [new() { Name = "segment.bytes", Value = "65536" }],
                    },
                ],
            },
            version: 4);
        Assert.Equal(ErrorCode.None, response.Topics[0].ErrorCode);
    }

    /// <summary>Reads a partition to its end and holds it against what its producer knows.</summary>
    private static async Task CheckAsync(BrokerProcess broker, Producer producer)
    {
        await using ProtocolClient client = await broker.ConnectAsync();
        List<string> values = [];
        while (true)
        {
            FetchResponse response = await client.SendAsync(
                new FetchRequest
                {
                    Topics =
                    [
                        new()
                        {
                            Name = "t",
                            Partitions =
                            [
                                new() { PartitionIndex = producer.Partition, FetchOffset = values.Count, MaxBytes = 1 << 20 },
                            ],
                        },
                    ],
                },
                version: 11);
            ReadOnlyMemory<byte> records = response.Topics[0].Partitions[0].Records.Bytes;
            Assert.Equal(ErrorCode.None, response.Topics[0].Partitions[0].ErrorCode);
            if (records.Length == 0) break;
            while (RecordBatch.TryParse(records, out RecordBatch batch))
            {
                Assert.Equal(values.Count, batch.BaseOffset);
                foreach (RecordView record in batch) values.Add(Encoding.UTF8.GetString(record.Value.Span));
                records = records[batch.SizeInBytes..];
            }
        }

        // Every batch once, in order: all are acknowledged by now.
        Assert.Equal(producer.Acknowledged.Count * RecordsPerBatch, values.Count);
        for (int number = 0; number < producer.Acknowledged.Count; number++)
        {
            Assert.Equal(number * RecordsPerBatch, producer.Acknowledged[number]);
            for (int index = 0; index < RecordsPerBatch; index++)
                Assert.StartsWith($"{number}.{index} ", values[(number * RecordsPerBatch) + index], StringComparison.Ordinal);
        }
    }

    /// <summary>Whether the broker is away, for those who would connect to it in vain.</summary>
    private sealed class Outage
    {
        private volatile TaskCompletionSource? _end;

        /// <summary>Completes when the broker is there.</summary>
        public Task Over => _end?.Task ?? Task.CompletedTask;

        public void Begin() => _end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void End()
        {
            _end!.SetResult();
            _end = null;
        }
    }

    /// <summary>An idempotent producer that goes on with its id and its numbers whatever happens to the broker.</summary>
    private sealed class Producer(int port, int partition, Outage outage)
    {
        private readonly Lock _gate = new();
        private volatile bool _isStopping;
        private long _producerId = -1;
        private int _awaited = int.MaxValue;
        private TaskCompletionSource _reached = new();

        public int Partition { get; } = partition;

        /// <summary>The offset that each batch was acknowledged at.</summary>
        public List<long> Acknowledged { get; } = [];

        public void Stop() => _isStopping = true;

        /// <summary>Completes when so many more batches have been acknowledged.</summary>
        public Task AcknowledgedMoreAsync(int count)
        {
            lock (_gate)
            {
                _awaited = Acknowledged.Count + count;
                _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return _reached.Task;
            }
        }

        public async Task RunAsync()
        {
            int sent = 0;
            bool isDone = false;
            while (!isDone)
            {
                try
                {
                    await using ProtocolClient client = await ProtocolClient.ConnectAsync(port);
                    if (_producerId < 0)
                        _producerId = (await client.SendAsync(new InitProducerIdRequest(), version: 1)).ProducerId;
                    // What is not acknowledged is sent again, in its order and with its numbers.
                    Queue<int> inFlight = [];
                    for (int next = Acknowledged.Count; ;)
                    {
                        while (inFlight.Count < InFlight && (next < sent || !_isStopping))
                        {
                            inFlight.Enqueue(await client.WriteAsync(Request(next++), version: 8));
                            sent = Math.Max(sent, next);
                        }

                        if (inFlight.Count == 0) break;
                        Note(await client.ReadAsync<ProduceResponse>(8, inFlight.Dequeue()));
                    }

                    isDone = true;
                }
                catch (Exception exception) when (exception is IOException or SocketException)
                {
                    await outage.Over;
                }
            }
        }

        private void Note(ProduceResponse response)
        {
            ProduceResponse.Partition result = response.Topics[0].Partitions[0];
            Assert.Equal((ErrorCode.None, Partition), (result.ErrorCode, result.PartitionIndex));
            lock (_gate)
            {
                Acknowledged.Add(result.BaseOffset);
                if (Acknowledged.Count >= _awaited) _reached.TrySetResult();
            }
        }

        private ProduceRequest Request(int number)
        {
            using RecordBatchBuilder builder = new(new RecordBatchBuilderOptions());
            builder.SetProducer(_producerId, 0, number * RecordsPerBatch);
            for (int index = 0; index < RecordsPerBatch; index++)
            {
                string value = $"{number}.{index} {new string('x', number % 500)}";
                builder.TryAppend(number, NullableBytes.Null, Encoding.UTF8.GetBytes(value));
            }

            RecordPayload records = RecordPayload.FromBytes(builder.Build().Copy().Bytes);
            return new ProduceRequest
            {
                Acks = -1,
                TimeoutMs = 30_000,
                Topics =
                [
                    new()
                    {
                        Name = "t",
                        Partitions = [new() { PartitionIndex = Partition, Records = records }],
                    },
                ],
            };
        }
    }
}
