using System.Diagnostics;
using LogStore.KafkaProtocol.Security;
using Xunit;

namespace LogStore.Broker.Tests.Security;

/// <summary>librdkafka and kafka-python, over each kind of secure listener: they produce, and consume what they produced.</summary>
public sealed class ForeignClientTests
{
    private const string Python = "/usr/bin/python3";

    private const string Librdkafka = """
        import sys
        from confluent_kafka import Producer, Consumer
        config = dict(pair.split('=', 1) for pair in sys.argv[1:])
        config['bootstrap.servers'] = config.pop('bootstrap')
        failed = []
        config['error_cb'] = lambda error: failed.append(str(error))
        producer = Producer(dict(config))
        for n in range(100):
            producer.produce('orders', f'value {n}'.encode(), on_delivery=lambda e, m: failed.append(str(e)) if e else None)
        left = producer.flush(20)
        if left or failed: sys.exit(f'{left} not delivered: {failed}')
        consumer = Consumer({**config, 'group.id': 'shop', 'auto.offset.reset': 'earliest'})
        consumer.subscribe(['orders'])
        values = []
        while len(values) < 100 and not failed:
            message = consumer.poll(20)
            if message is None or message.error(): sys.exit(f'{message and message.error()}: {failed}')
            values.append(message.value().decode())
        consumer.close()
        assert values == [f'value {n}' for n in range(100)], values
        print('done')
        """;

    private const string KafkaPython = """
        import sys
        from kafka import KafkaProducer, KafkaConsumer
        config = dict(pair.split('=', 1) for pair in sys.argv[1:])
        config['bootstrap_servers'] = config.pop('bootstrap')
        config['api_version'] = (2, 5, 0)
        producer = KafkaProducer(**config)
        for sent in [producer.send('orders', f'value {n}'.encode()) for n in range(100)]: sent.get(20)
        producer.close()
        consumer = KafkaConsumer('orders', group_id='shop', auto_offset_reset='earliest', consumer_timeout_ms=20000, **config)
        values = []
        for message in consumer:
            values.append(message.value.decode())
            if len(values) == 100: break
        consumer.close()
        assert values == [f'value {n}' for n in range(100)], values
        print('done')
        """;

    [Theory]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-512")]
    [InlineData("PLAIN")]
    public Task LibrdkafkaLogsInInsideTls(string mechanism) => RunAsync(
        Librdkafka, "confluent_kafka", SecurityProtocol.SaslSsl, "User:alice", broker =>
        [
            "security.protocol=SASL_SSL", $"ssl.ca.location={broker.Certificates.Authority}", $"sasl.mechanism={mechanism}",
            "sasl.username=alice", $"sasl.password={SecureBroker.Password}",
        ]);

    [Fact]
    public Task LibrdkafkaIsKnownByItsCertificate() => RunAsync(
        Librdkafka, "confluent_kafka", SecurityProtocol.Ssl, "User:CN=alice,O=Example", broker =>
        {
            string certificate = broker.Certificates.Client("CN=alice, O=Example");
            return
            [
                "security.protocol=SSL", $"ssl.ca.location={broker.Certificates.Authority}",
                $"ssl.certificate.location={certificate}", $"ssl.key.location={certificate}",
            ];
        });

    [Theory]
    [InlineData("SCRAM-SHA-512")]
    [InlineData("PLAIN")]
    public Task KafkaPythonLogsInInsideTls(string mechanism) => RunAsync(
        KafkaPython, "kafka", SecurityProtocol.SaslSsl, "User:alice", broker =>
        [
            "security_protocol=SASL_SSL", $"ssl_cafile={broker.Certificates.Authority}", $"sasl_mechanism={mechanism}",
            "sasl_plain_username=alice", $"sasl_plain_password={SecureBroker.Password}",
        ]);

    [Fact]
    public Task KafkaPythonIsKnownByItsCertificate() => RunAsync(
        KafkaPython, "kafka", SecurityProtocol.Ssl, "User:CN=alice,O=Example", broker =>
        {
            string certificate = broker.Certificates.Client("CN=alice, O=Example");
            return
            [
                "security_protocol=SSL", $"ssl_cafile={broker.Certificates.Authority}", $"ssl_certfile={certificate}",
                $"ssl_keyfile={certificate}",
            ];
        });

    private static async Task RunAsync(
        string script, string module, SecurityProtocol protocol, string principal, Func<SecureBroker, string[]> configure)
    {
        if (!File.Exists(Python) || (await ExecuteAsync($"import {module}", [])).ExitCode != 0)
            Assert.Skip($"Python has no module '{module}' here.");
        await using SecureBroker broker = await SecureBroker.StartAsync();
        await broker.AllowAsync(principal, AclResourceType.Topic, "orders", AclOperation.All);
        await broker.AllowAsync(principal, AclResourceType.Group, "shop", AclOperation.Read);
        string[] arguments = [$"bootstrap=localhost:{broker.Port(protocol)}", .. configure(broker)];
        (int exitCode, string output) = await ExecuteAsync(script, arguments);
        Assert.True(exitCode == 0 && output.Contains("done", StringComparison.Ordinal), output);
    }

    private static async Task<(int ExitCode, string Output)> ExecuteAsync(string script, string[] arguments)
    {
        ProcessStartInfo start = new(Python, ["-c", script, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource timeout = new(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        return (process.HasExited ? process.ExitCode : -1, await output + await errors);
    }
}
