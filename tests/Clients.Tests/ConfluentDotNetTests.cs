using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using Xunit;

namespace LogStore.Clients.Tests;

/// <summary>Confluent's client for .NET, on Debian's librdkafka.</summary>
public sealed class ConfluentDotNetTests
{
    private const int Count = 2000;

    [Fact]
    public async Task WhatItsIdempotentProducerSendsIsAcknowledgedAtItsOffsetAndReadByOthers()
    {
        LoadLibrdkafka();
        using TemporaryDirectory directory = new();
        await using BrokerProcess broker = await BrokerProcess.StartAsync(directory.Path);
        using (IProducer<string, byte[]> producer = new ProducerBuilder<string, byte[]>(new ProducerConfig
        {
            BootstrapServers = broker.Address,
            EnableIdempotence = true,
            CompressionType = CompressionType.Zstd,
            LingerMs = 5,
        }).Build())
        {
            List<Task<DeliveryResult<string, byte[]>>> sent = [];
            for (int number = 0; number < Count; number++) sent.Add(producer.ProduceAsync("t", Message(number)));
            DeliveryResult<string, byte[]>[] delivered = await Task.WhenAll(sent);
            Assert.Equal(
                Enumerable.Range(0, Count).Select(number => (long)number), delivered.Select(each => each.Offset.Value));
        }

        string[] lines = await Script.RunLinesAsync(Script.Confluent("consume", broker.Address, "t", $"{Count}"), []);
        Assert.Equal(Enumerable.Range(0, Count).Select(number => Expected(number).ToLine()), lines.Select(Normalized));
    }

    [Fact]
    public async Task AGroupOfItsConsumersReadsWhatOthersHaveSent()
    {
        LoadLibrdkafka();
        using TemporaryDirectory directory = new();
        await using BrokerProcess broker = await BrokerProcess.StartAsync(directory.Path);
        string[] sent = [.. Enumerable.Range(0, Count).Select(number => Expected(number).ToLine())];
        await Script.RunLinesAsync(Script.Confluent("produce", broker.Address, "t", "zstd"), sent);
        List<string> read = [];
        // The second one goes on where the first one has committed.
        foreach (int until in new[] { Count / 2, Count }) await Task.Run(() => Read(broker.Address, until, read));
        Assert.Equal(sent, read);
    }

    private static void Read(string address, int until, List<string> read)
    {
        using IConsumer<byte[], byte[]> consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = address,
            GroupId = "g",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
        }).Build();
        consumer.Subscribe("t");
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        while (read.Count < until)
        {
            Message<byte[], byte[]> message = consumer.Consume(patience.Token).Message;
            read.Add(ClientRecord.Of(
                message.Key, message.Value, [.. message.Headers.Select(header => (header.Key, header.GetValueBytes()))]).ToLine());
        }

        consumer.Commit();
        consumer.Close();
    }

    private static string Normalized(string line) => ClientRecord.Parse(line).ToLine();

    private static ClientRecord Expected(int number)
    {
        Message<string, byte[]> message = Message(number);
        return ClientRecord.Of(
            Encoding.UTF8.GetBytes(message.Key), message.Value, ("number", message.Headers.GetLastBytes("number")));
    }

    private static Message<string, byte[]> Message(int number) => new()
    {
        Key = $"key {number % 7}",
        Value = Encoding.UTF8.GetBytes(new string('x', number % 1000)),
        Headers = [new Header("number", Encoding.UTF8.GetBytes($"{number}"))],
    };

    /// <summary>The names that the package looks for, beside the program: Debian installs them for those who compile.</summary>
    private static void LoadLibrdkafka()
    {
        string machine = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64";
        string libraries = $"/usr/lib/{machine}-linux-gnu";
        (string, string)[] links = [("libdl.so", "libdl.so.2"), ("librdkafka.so", "librdkafka.so.1")];
        foreach ((string name, string target) in links)
        {
            string link = Script.PathOf(name);
            if (!File.Exists(link)) File.CreateSymbolicLink(link, Path.Combine(libraries, target));
        }

        if (!Library.IsLoaded) Library.Load(Script.PathOf("librdkafka.so"));
    }
}
