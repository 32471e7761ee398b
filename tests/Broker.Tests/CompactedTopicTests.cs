using System.Diagnostics;
using System.Text;
using LogStore.Records;
using LogStore.Topics;
using Xunit;

namespace LogStore.Broker.Tests;

/// <summary>librdkafka and kafka-python read a compacted topic, empty batches and all.</summary>
public sealed class CompactedTopicTests
{
    private const string Librdkafka = """
        import sys
        from confluent_kafka import Consumer, TopicPartition
        consumer = Consumer({'bootstrap.servers': sys.argv[1], 'group.id': 'g', 'enable.partition.eof': True})
        consumer.assign([TopicPartition('t', 0, 0)])
        while True:
            message = consumer.poll(20)
            if message is None: sys.exit('nothing came')
            if message.error(): break
            print(message.offset(), message.key().decode(), message.value().decode())
        """;

    private const string KafkaPython = """
        import sys
        from kafka import KafkaConsumer, TopicPartition
        consumer = KafkaConsumer(bootstrap_servers=sys.argv[1], api_version=(2, 5, 0), consumer_timeout_ms=3000)
        consumer.assign([TopicPartition('t', 0)])
        consumer.seek(TopicPartition('t', 0), 0)
        for message in consumer: print(message.offset, message.key.decode(), message.value.decode())
        """;

    [Theory]
    [InlineData(Librdkafka, "confluent_kafka")]
    [InlineData(KafkaPython, "kafka")]
    public async Task AForeignClientReadsWhatIsLeft(string script, string module)
    {
        if (!File.Exists("/usr/bin/python3") || (await RunAsync($"import {module}", "")).ExitCode != 0)
            Assert.Skip($"Python has no module '{module}' here.");
        using TemporaryDirectory directory = new();
        List<string> left = await WriteAsync(directory.Path);
        await using TestBroker broker = await TestBroker.StartAsync(directory: directory);
        (int exitCode, string output) = await RunAsync(script, broker.Address);
        Assert.True(exitCode == 0, output);
        Assert.Equal(left, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Writes a topic and compacts it; returns what it then holds.</summary>
    private static async Task<List<string>> WriteAsync(string path)
    {
        await using DataDirectory data = await DataDirectory.OpenAsync(new DataDirectoryOptions { Directory = path });
        await data.CreateTopicAsync("t", 1, LogConfig.Default with
        {
            CleanupPolicy = CleanupPolicy.Compact,
            MinCleanableDirtyRatio = 0,
            MaxCompactionLagMs = 1,
            SegmentBytes = 4096,
        });
        Log log = await data.OpenPartitionAsync("t", 0);
        for (int number = 0; number < 600; number++)
        {
            using RecordBatchBuilder builder = new();
            // Most records are replaced at once, some by the next ones only, and each producer's last batch stays as a header.
            for (int record = 0; record < 3; record++)
            {
                string key = number % 50 == 0 && record == 1 ? $"once{number}" : $"key{record}";
                builder.TryAppend(number + 1, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{number}.{record}"));
            }

            builder.SetProducer(number / 100, 0, number % 100 * 3);
            log.Append(builder.Build(), AckWhen.Flushed);
        }

        Assert.NotNull(await log.CompactAsync());
        List<string> left = [];
        int empty = 0;
        await foreach (RecordBatch batch in log.ReadAsync(0))
        {
            if (batch.RecordCount == 0) empty++;
            foreach (RecordView record in batch)
            {
                left.Add(
                    $"{record.Offset} {Encoding.UTF8.GetString(record.Key.Span)} {Encoding.UTF8.GetString(record.Value.Span)}");
            }
        }

        Assert.InRange(left.Count, 15, 40);
        Assert.True(empty > 10, $"{empty} empty batches");
        return left;
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string script, string argument)
    {
        ProcessStartInfo start = new("/usr/bin/python3", ["-c", script, argument])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + await errors);
    }
}
