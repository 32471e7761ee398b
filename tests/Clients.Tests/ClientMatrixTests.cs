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
    public async Task WhatOneProducesAllRead(string producer, string[] codecs)
    {
        if (producer == "kafkajs") await KafkaJsPackage.InstallAsync();
        foreach (string codec in codecs)
        {
            string topic = $"{producer}-{codec}";
            ClientRecord[] records = producer == "kcat"
                ? Records.Lines()
                : Records.Mixed(hasNullHeaders: producer == "confluent-kafka");
            await ProduceAsync(producer, topic, codec, records);
            List<Task> reading = [ReadAsync("kafka-python"), ReadAsync("confluent-kafka"), ReadAsync("kcat")];
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
            default:
                await Script.RunLinesAsync(
                    Script.Kcat(
                        "-P", "-b", _broker.Address, "-t", topic, "-p", "0", "-K", "\\t", "-Z", "-z", codec,
                        "-H", Records.KcatHeader, "-X", "message.max.bytes=4000000"),
                    records.Select(Records.KcatLine));
                break;
        }
    }

    private async Task<ClientRecord[]> ConsumeAsync(string consumer, string topic, int count)
    {
        if (consumer == "kcat")
            return Records.ParseKcat(await Script.RunAsync(Script.Kcat(
                "-C", "-q", "-b", _broker.Address, "-t", topic, "-p", "0", "-o", "beginning", "-c", $"{count}",
                "-f", "%K %S\\n%k%s%h\\n")));
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
        public const string KcatHeader = "from=kcat";

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
        public static ClientRecord[] Lines()
        {
            List<ClientRecord> records = [Line("empty", null)];
            foreach (int size in (int[])[1, 1000, 100_000, 900_000]) records.Add(Line($"{size}", new string('x', size)));
            for (int number = 0; number < 200; number++) records.Add(Line($"key {number % 7}", $"größe {number}"));
            return [.. records];

            static ClientRecord Line(string key, string? value) => ClientRecord.Of(
                Encoding.UTF8.GetBytes(key), value is null ? null : Encoding.UTF8.GetBytes(value),
                ("from", "kcat"u8.ToArray()));
        }

        public static string KcatLine(ClientRecord record) =>
            $"{Encoding.UTF8.GetString(record.KeyBytes!)}\t{Encoding.UTF8.GetString(record.ValueBytes ?? [])}";

        /// <summary>Reads what kcat prints: the sizes of key and value, then both, then the headers as text.</summary>
        public static ClientRecord[] ParseKcat(byte[] output)
        {
            List<ClientRecord> records = [];
            for (int at = 0; at < output.Length;)
            {
                int[] sizes = [.. TextLine(output, ref at).Split(' ').Select(int.Parse)];
                byte[]? key = Take(output, ref at, sizes[0]);
                byte[]? value = Take(output, ref at, sizes[1]);
                string headers = TextLine(output, ref at);
                records.Add(ClientRecord.Of(
                    key, value, [.. headers.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Header)]));
            }

            return [.. records];
        }

        private static (string, byte[]?) Header(string text)
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
