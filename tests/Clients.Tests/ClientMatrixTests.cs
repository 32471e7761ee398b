using System.Text;
using Xunit;

namespace LogStore.Clients.Tests;

/// <summary>What any client produces, with any codec that it has, every client reads as it was.</summary>
public sealed class ClientMatrixTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private BrokerProcess _broker = null!;

    public async ValueTask InitializeAsync() =>
        _broker = await BrokerProcess.StartAsync(_directory.Path, 0, "log.flush.interval.messages=9223372036854775807");

    public async ValueTask DisposeAsync()
    {
        string error = await _broker.StopAsync();
        await _broker.DisposeAsync();
        _directory.Dispose();
        Assert.Equal("", error);
    }

    [Theory]
    [InlineData("kafka-python", new[] { "none", "gzip", "snappy", "lz4" })]
    [InlineData("confluent-kafka", new[] { "none", "gzip", "snappy", "lz4", "zstd" })]
    [InlineData("kcat", new[] { "none", "gzip", "snappy", "lz4", "zstd" })]
    [InlineData("kafkajs", new[] { "none", "gzip" })]
    [InlineData("logstore", new[] { "none", "gzip", "snappy", "lz4", "zstd" })]
    [InlineData("our client", new[] { "none", "gzip", "snappy", "lz4", "zstd" })]
    public async Task WhatOneProducesAllRead(string producer, string[] codecs)
    {
        if (producer == "kafkajs") await KafkaJsPackage.InstallAsync();
        foreach (string codec in codecs)
        {
            string topic = $"{producer.Replace(' ', '-')}-{codec}";
            ClientRecord[] records = producer is "kcat" or "logstore"
                ? Records.Lines(emptyValue: producer == "kcat" ? null : [])
                : Records.Mixed(hasNullHeaders: producer is "confluent-kafka" or "our client");
            await ProduceAsync(producer, topic, codec, records);
            List<Task> reading =
            [
                ReadAsync("kafka-python"), ReadAsync("confluent-kafka"), ReadAsync("kcat"), ReadAsync("logstore"),
                ReadAsync("our client"),
            ];
            // It reads the others only with packages of others.
            if (codec is "none" or "gzip")
            {
                await KafkaJsPackage.InstallAsync();
                reading.Add(ReadAsync("kafkajs"));
            }

            await Task.WhenAll(reading);

            async Task ReadAsync(string consumer)
            {
                ClientRecord[] got = await ConsumeAsync(consumer, topic, records.Length);
                Assert.Equal(records.Select(record => record.ToLine()), got.Select(record => record.ToLine()));
            }
        }
    }

    private async Task ProduceAsync(string producer, string topic, string codec, ClientRecord[] records)
    {
        IEnumerable<string> lines = records.Select(record => record.ToLine());
        switch (producer)
        {
            case "kafka-python":
                await Script.RunLinesAsync(Script.KafkaPython("produce", _broker.Address, topic, codec), lines);
                break;
            case "confluent-kafka":
                await Script.RunLinesAsync(Script.Confluent("produce", _broker.Address, topic, codec), lines);
                break;
            case "kafkajs":
                await Script.RunLinesAsync(Script.KafkaJs("produce", _broker.Address, topic, codec), lines);
                break;
            case "our client":
                await OurClient.ProduceAsync(_broker.Address, topic, codec, records);
                break;
            case "logstore":
                await Script.RunAsync(Script.Logstore("topic", "create", topic, "--bootstrap-server", _broker.Address));
                await Script.RunLinesAsync(
                    Script.Logstore(
                        "produce", topic, "--bootstrap-server", _broker.Address, "--partition", "0", "--key-separator", "\t",
                        "--compression", codec, "--header", Records.Header),
                    records.Select(Records.Line));
                break;
            default:
                await Script.RunLinesAsync(
                    Script.Kcat(
                        "-P", "-b", _broker.Address, "-t", topic, "-p", "0", "-K", "\\t", "-Z", "-z", codec,
                        "-H", Records.Header, "-X", "message.max.bytes=4000000"),
                    records.Select(Records.Line));
                break;
        }
    }

    private async Task<ClientRecord[]> ConsumeAsync(string consumer, string topic, int count)
    {
        switch (consumer)
        {
            case "kcat":
                return Records.Parse(await Script.RunAsync(Script.Kcat(
                    "-C", "-q", "-b", _broker.Address, "-t", topic, "-p", "0", "-o", "beginning", "-c", $"{count}",
                    "-f", Records.Format)));
            case "logstore":
                return Records.Parse(await Script.RunAsync(Script.Logstore(
                    "consume", topic, "--bootstrap-server", _broker.Address, "--partition", "0", "--max", $"{count}",
                    "--format", Records.Format)));
            case "our client":
                return await OurClient.ConsumeAsync(_broker.Address, topic, count);
        }

        string[] arguments = ["consume", _broker.Address, topic, $"{count}"];
        string[] lines = await Script.RunLinesAsync(
            consumer switch
            {
                "kafka-python" => Script.KafkaPython(arguments),
                "confluent-kafka" => Script.Confluent(arguments),
                _ => Script.KafkaJs(arguments),
            },
            []);
        return Array.ConvertAll(lines, ClientRecord.Parse);
    }

    /// <summary>What is produced.</summary>
    private static class Records
    {
        public const string Header = "from=kcat";

        /// <summary>For kcat, and for our command, which has it from kcat: the sizes, then the bytes, then the headers.</summary>
        public const string Format = @"%K %S\n%k%s%h\n";

        /// <summary>All kinds: no key, no value, empty ones, headers, sizes from 0 to a million bytes.</summary>
        public static ClientRecord[] Mixed(bool hasNullHeaders)
        {
            Random random = new(1);
            byte[] name = "größe"u8.ToArray();
            List<ClientRecord> records =
            [
                ClientRecord.Of(null, [1]),
                ClientRecord.Of(name, null),
                ClientRecord.Of(name, []),
                ClientRecord.Of([], [0, 255, 10, 13]),
                ClientRecord.Of(name, name, ("a", name), ("b", [])),
            ];
            if (hasNullHeaders) records.Add(ClientRecord.Of(name, name, ("none", null)));
            foreach (int size in (int[])[1, 2, 127, 128, 1000, 16_383, 16_384, 65_536, 300_000, 1_000_000])
            {
                byte[] value = new byte[size];
                // Half of it repeats itself, so that compression has something to do.
                random.NextBytes(value.AsSpan(0, size / 2));
                byte[] text = Encoding.UTF8.GetBytes($"{size}");
                records.Add(ClientRecord.Of(text, value, ("size", text)));
            }

            for (int number = 0; number < 200; number++)
                records.Add(ClientRecord.Of(BitConverter.GetBytes(number), Encoding.UTF8.GetBytes($"record {number}")));
            return [.. records];
        }

        /// <summary>What can be said in lines: a key, a tabulator and a value.</summary>
        /// <param name="emptyValue">What the program makes of nothing behind the tabulator.</param>
        public static ClientRecord[] Lines(byte[]? emptyValue)
        {
            List<ClientRecord> records = [Of("empty", emptyValue)];
            foreach (int size in (int[])[1, 1000, 100_000, 900_000]) records.Add(Of($"{size}", Encoding.UTF8.GetBytes(new string('x', size))));
            for (int number = 0; number < 200; number++) records.Add(Of($"key {number % 7}", Encoding.UTF8.GetBytes($"größe {number}")));
            return [.. records];

            static ClientRecord Of(string key, byte[]? value) =>
                ClientRecord.Of(Encoding.UTF8.GetBytes(key), value, ("from", "kcat"u8.ToArray()));
        }

        public static string Line(ClientRecord record) =>
            $"{Encoding.UTF8.GetString(record.KeyBytes!)}\t{Encoding.UTF8.GetString(record.ValueBytes ?? [])}";

        /// <summary>Reads what is printed in <see cref="Format"/>.</summary>
        public static ClientRecord[] Parse(byte[] output)
        {
            List<ClientRecord> records = [];
            for (int at = 0; at < output.Length;)
            {
                int[] sizes = [.. TextLine(output, ref at).Split(' ').Select(int.Parse)];
                byte[]? key = Take(output, ref at, sizes[0]);
                byte[]? value = Take(output, ref at, sizes[1]);
                string headers = TextLine(output, ref at);
                records.Add(ClientRecord.Of(
                    key, value, [.. headers.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(ParseHeader)]));
            }

            return [.. records];
        }

        private static (string, byte[]?) ParseHeader(string text)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            string value = text[(equals + 1)..];
            return (text[..equals], value == "NULL" ? null : Encoding.UTF8.GetBytes(value));
        }

        private static string TextLine(byte[] output, ref int at)
        {
            int length = output.AsSpan(at).IndexOf((byte)'\n');
            string line = Encoding.UTF8.GetString(output, at, length);
            at += length + 1;
            return line;
        }

        private static byte[]? Take(byte[] output, ref int at, int size)
        {
            if (size < 0) return null;
            byte[] bytes = output[at..(at + size)];
            at += size;
            return bytes;
        }
    }
}
