using LogStore.Records;
using Xunit;

namespace LogStore.Client.Tests.Configuration;

public sealed class ClientPropertiesTests
{
    [Fact]
    public void OneFileServesProducersConsumersAndAdministration()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["client.properties"], """
            # what everybody needs
            bootstrap.servers = a:1,b:2

            security.protocol=SASL_SSL
            ssl.ca.location=/ca.pem
            ssl.endpoint.identification.algorithm=
            sasl.mechanism=SCRAM-SHA-512
            sasl.username=me
            sasl.password=a=b
            acks=all
            linger.ms=0.5
            compression.type=gzip
            group.id=g
            auto.offset.reset=none
            partition.assignment.strategy=sticky,roundrobin
            """);
        ClientProperties properties = ClientProperties.Load(directory["client.properties"]);
        ProducerOptions producer = ProducerOptions.FromProperties(properties);
        ConsumerOptions consumer = ConsumerOptions.FromProperties(properties);
        ClientOptions admin = ClientOptions.FromProperties(properties);

        Assert.Equal("a:1,b:2", admin.BootstrapServers);
        Assert.Equal(
            (Acks.All, TimeSpan.FromMilliseconds(0.5), CompressionType.Gzip),
            (producer.Acks, producer.Linger, producer.Compression));
        Assert.Equal(("g", AutoOffsetReset.None), (consumer.GroupId, consumer.AutoOffsetReset));
        Assert.Equal([AssignmentStrategy.Sticky, AssignmentStrategy.RoundRobin], consumer.AssignmentStrategies);
        Assert.Equal(("/ca.pem", false), (consumer.Tls!.CaFile, consumer.Tls.CheckHostName));
        Assert.Equal(
            (SaslMechanism.ScramSha512, "me", "a=b"),
            (admin.Sasl!.Mechanism, admin.Sasl.UserName, admin.Sasl.Password));
    }

    [Fact]
    public void AnUnknownKeyIsNamedWithItsLineAndWhatWasMeant()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["p"], "acks=all\nbootstrap.server=a:1\n");
        InvalidConfigException error =
            Assert.Throws<InvalidConfigException>(() => ClientProperties.Load(directory["p"]));
        Assert.Equal("bootstrap.server", error.Key);
        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("did you mean bootstrap.servers", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("acks", "2", "none of all, -1, 1, 0")]
    [InlineData("linger.ms", "soon", "not a number of milliseconds")]
    [InlineData("batch.size", "1k", "not an integer")]
    [InlineData("enable.idempotence", "yes", "none of true, false")]
    [InlineData("security.protocol", "tls", "none of plaintext")]
    public void AnImpossibleValueIsExplained(string key, string value, string explanation)
    {
        ClientProperties properties = ClientProperties.From(new Dictionary<string, string> { [key] = value });
        InvalidConfigException error =
            Assert.Throws<InvalidConfigException>(() => ProducerOptions.FromProperties(properties));
        Assert.Equal(key, error.Key);
        Assert.Contains(explanation, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void AColonSeparatesAsInJavasProperties()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["p"], """
            ! a comment
            security.protocol: SASL_SSL
            sasl.mechanism : PLAIN
            sasl.username:me
            sasl.password: a:b=c
            """);
        ClientOptions options = ClientOptions.FromProperties(ClientProperties.Load(directory["p"]));
        Assert.Equal(
            (SaslMechanism.Plain, "me", "a:b=c"), (options.Sasl!.Mechanism, options.Sasl.UserName, options.Sasl.Password));
    }

    [Theory]
    [InlineData("hunter2")]
    [InlineData("sasl.password hunter2")]
    [InlineData("sasl.password hunter2=")]
    [InlineData("=hunter2")]
    public void ALineThatIsNoSettingIsNotQuotedForItMayBeAPassword(string line)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["p"], line + "\n");
        InvalidConfigException error =
            Assert.Throws<InvalidConfigException>(() => ClientProperties.Load(directory["p"]));
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("line 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FewerAcknowledgementsTurnIdempotenceOffUnlessItIsAskedFor()
    {
        Assert.False(new ProducerOptions { Acks = Acks.Leader }.IsIdempotent);
        Assert.True(new ProducerOptions().IsIdempotent);
        Assert.Throws<InvalidConfigException>(
            () => new Producer(new ProducerOptions { Acks = Acks.Leader, EnableIdempotence = true }));
    }

    [Theory]
    [InlineData("host", "host", 9092)]
    [InlineData("host:1", "host", 1)]
    [InlineData("[::1]:1", "::1", 1)]
    [InlineData("::1", "::1", 9092)]
    public void AddressesAreRead(string text, string host, int port) =>
        Assert.Equal(new(host, port), Assert.Single(Connections.BrokerAddress.ParseList(text)));

    [Theory]
    [InlineData("")]
    [InlineData("host:0")]
    [InlineData("host:x")]
    [InlineData(":1")]
    public void WhatIsNoAddressIsRefused(string text) =>
        Assert.Throws<InvalidConfigException>(() => Connections.BrokerAddress.ParseList(text));
}
