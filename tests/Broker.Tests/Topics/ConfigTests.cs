using LogStore.Broker.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Topics;
using Xunit;

namespace LogStore.Broker.Tests.Topics;

/// <summary>Settings over the protocol: of topics shown and changed, of the broker shown.</summary>
public sealed class ConfigTests : IAsyncLifetime
{
    private TestBroker _broker = null!;
    private ProtocolClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(options => options with
        {
            BrokerId = 3,
            DefaultTopicConfig = LogConfig.Default.With("retention.ms", "5000"),
        });
        _client = await _broker.ConnectAsync();
        await _client.CreateTopicAsync("t", 1, ("segment.bytes", "65536"));
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task ATopicsSettingsSayWhereTheyComeFrom()
    {
        DescribeConfigsResponse.Resource topic = await DescribeAsync(ConfigResourceType.Topic, "t");
        Assert.Equal(LogConfigKeys.Names, topic.Configs.Select(config => config.Name));
        Assert.Equal(("65536", ConfigSource.TopicConfig), Find(topic, "segment.bytes"));
        Assert.Equal(("5000", ConfigSource.StaticBrokerConfig), Find(topic, "retention.ms"));
        Assert.Equal(("-1", ConfigSource.DefaultConfig), Find(topic, "retention.bytes"));
    }

    [Theory]
    [InlineData("segment.jitter.ms", "1000")]
    [InlineData("file.delete.delay.ms", "0")]
    [InlineData("message.timestamp.difference.max.ms", "60000")]
    [InlineData("message.downconversion.enable", "false")]
    [InlineData("message.format.version", "2.8-IV1")]
    public async Task WhatToolsSetOnKafkasTopicsIsTakenAndShown(string name, string value)
    {
        await _client.CreateTopicAsync("tool", 1, (name, value));
        DescribeConfigsResponse.Resource topic = await DescribeAsync(ConfigResourceType.Topic, "tool");
        Assert.Equal((value, ConfigSource.TopicConfig), Find(topic, name));
    }

    [Fact]
    public async Task OnlyTheSettingsThatAreAskedForAreShown()
    {
        DescribeConfigsResponse.Resource topic = await DescribeAsync(ConfigResourceType.Topic, "t", "flush.ms", "no.such");
        Assert.Equal("flush.ms", Assert.Single(topic.Configs).Name);
    }

    [Fact]
    public async Task TheBrokersSettingsAreShownAndReadOnly()
    {
        DescribeConfigsResponse.Resource broker = await DescribeAsync(ConfigResourceType.Broker, "3");
        Assert.Equal("3", Assert.Single(broker.Configs, config => config.Name == "broker.id").Value);
        Assert.Equal("5000", Assert.Single(broker.Configs, config => config.Name == "log.retention.ms").Value);
        Assert.All(broker.Configs, config => Assert.True(config.ReadOnly));
        Assert.Empty((await DescribeAsync(ConfigResourceType.Broker, "")).Configs);
    }

    [Theory]
    [InlineData(ConfigResourceType.Topic, "nowhere", ErrorCode.UnknownTopicOrPartition)]
    [InlineData(ConfigResourceType.Broker, "4", ErrorCode.InvalidRequest)]
    [InlineData(ConfigResourceType.Broker, "three", ErrorCode.InvalidRequest)]
    [InlineData(ConfigResourceType.BrokerLogger, "3", ErrorCode.InvalidRequest)]
    [InlineData((ConfigResourceType)99, "3", ErrorCode.InvalidRequest)]
    public async Task WhatHasNoSettingsIsAnError(ConfigResourceType type, string name, ErrorCode error) =>
        Assert.Equal(error, (await DescribeAsync(type, name)).ErrorCode);

    [Fact]
    public async Task AResourceThatIsNamedOverAndOverIsShownOnce()
    {
        DescribeConfigsRequest.Resource topic = new() { ResourceType = ConfigResourceType.Topic, ResourceName = "t" };
        DescribeConfigsRequest.Resource broker = new() { ResourceType = ConfigResourceType.Broker, ResourceName = "3" };
        DescribeConfigsResponse response = await _client.SendAsync(
            new DescribeConfigsRequest { Resources = [.. Enumerable.Repeat(topic, 500), .. Enumerable.Repeat(broker, 500)] },
            version: 2);
        Assert.Equal(2, response.Resources.Length);
    }

    [Fact]
    public async Task SynonymsAreShownOnRequest()
    {
        DescribeConfigsRequest request = new()
        {
            Resources = [new() { ResourceType = ConfigResourceType.Topic, ResourceName = "t", ConfigNames = ["segment.bytes"] }],
            IncludeSynonyms = true,
        };
        DescribeConfigsResponse response = await _client.SendAsync(request, version: 2);
        Assert.Equal("65536", response.Resources[0].Configs[0].Synonyms[0].Value);
        request.IncludeSynonyms = false;
        Assert.Empty((await _client.SendAsync(request, version: 2)).Resources[0].Configs[0].Synonyms);
    }

    [Fact]
    public async Task AlterReplacesAllSettings()
    {
        Assert.Equal(ErrorCode.None, await AlterAsync("t", validateOnly: true, ("flush.messages", "1")));
        Assert.Equal("65536", await ValueAsync("segment.bytes"));
        Assert.Equal(ErrorCode.None, await AlterAsync("t", validateOnly: false, ("flush.messages", "1")));
        Assert.Equal("1", await ValueAsync("flush.messages"));
        Assert.NotEqual("65536", await ValueAsync("segment.bytes"));
    }

    [Fact]
    public async Task SettingsTakeEffectAtOnce()
    {
        ReadOnlyMemory<byte> batch = Batches.Of(new string('x', 500)).Bytes;
        Assert.Equal(ErrorCode.None, (await _client.ProduceAsync("t", 0, batch)).ErrorCode);
        await AlterAsync("t", validateOnly: false, ("max.message.bytes", "400"));
        Assert.Equal(ErrorCode.MessageTooLarge, (await _client.ProduceAsync("t", 0, batch)).ErrorCode);
    }

    [Fact]
    public async Task IncrementalAlterChangesWhatItNames()
    {
        Assert.Equal(ErrorCode.None, await ChangeAsync("flush.messages", ConfigOperation.Set, "1"));
        Assert.Equal(("65536", "1"), (await ValueAsync("segment.bytes"), await ValueAsync("flush.messages")));
        Assert.Equal(ErrorCode.None, await ChangeAsync("flush.messages", ConfigOperation.Delete, null));
        Assert.NotEqual("1", await ValueAsync("flush.messages"));
        Assert.Equal(ErrorCode.None, await ChangeAsync("cleanup.policy", ConfigOperation.Append, "compact"));
        Assert.Equal(["compact", "delete"], (await ValueAsync("cleanup.policy"))!.Split(',').Order());
        Assert.Equal(ErrorCode.None, await ChangeAsync("cleanup.policy", ConfigOperation.Subtract, "delete"));
        Assert.Equal("compact", await ValueAsync("cleanup.policy"));
    }

    [Theory]
    [InlineData("no.such", ConfigOperation.Set, "1")]
    [InlineData("no.such", ConfigOperation.Delete, null)]
    [InlineData("segment.bytes", ConfigOperation.Set, "0")]
    [InlineData("segment.bytes", ConfigOperation.Set, "many")]
    [InlineData("segment.bytes", ConfigOperation.Set, null)]
    [InlineData("segment.bytes", ConfigOperation.Append, "7")]
    public async Task ChangesThatCannotBeAreRefused(string name, ConfigOperation operation, string? value)
    {
        Assert.Equal(ErrorCode.InvalidConfig, await ChangeAsync(name, operation, value));
        Assert.Equal("65536", await ValueAsync("segment.bytes"));
    }

    [Fact]
    public async Task OnlyTopicsAreChanged()
    {
        AlterConfigsResponse response = await _client.SendAsync(
            new AlterConfigsRequest
            {
                Resources =
                [
                    new() { ResourceType = ConfigResourceType.Broker, ResourceName = "3", Configs = [] },
                    new() { ResourceType = ConfigResourceType.Topic, ResourceName = "nowhere", Configs = [] },
                ],
            },
            version: 1);
        Assert.Equal(
            [ErrorCode.InvalidRequest, ErrorCode.UnknownTopicOrPartition],
            response.Resources.Select(resource => resource.ErrorCode));
    }

    private static (string?, ConfigSource) Find(DescribeConfigsResponse.Resource resource, string name)
    {
        DescribeConfigsResponse.Config config = Assert.Single(resource.Configs, config => config.Name == name);
        return (config.Value, config.ConfigSource);
    }

    private async Task<DescribeConfigsResponse.Resource> DescribeAsync(
        ConfigResourceType type, string name, params string[] settings)
    {
        DescribeConfigsResponse response = await _client.SendAsync(
            new DescribeConfigsRequest
            {
                Resources =
                [
                    new() { ResourceType = type, ResourceName = name, ConfigNames = settings.Length == 0 ? null : settings },
                ],
            },
            version: 1);
        return Assert.Single(response.Resources);
    }

    private async Task<string?> ValueAsync(string name) =>
        Assert.Single((await DescribeAsync(ConfigResourceType.Topic, "t", name)).Configs).Value;

    private async Task<ErrorCode> AlterAsync(string topic, bool validateOnly, params (string Name, string Value)[] settings)
    {
        AlterConfigsResponse response = await _client.SendAsync(
            new AlterConfigsRequest
            {
                Resources =
                [
                    new()
                    {
                        ResourceType = ConfigResourceType.Topic,
                        ResourceName = topic,
                        Configs =
                        [
                            .. settings.Select(each => new AlterConfigsRequest.Config { Name = each.Name, Value = each.Value }),
                        ],
                    },
                ],
                ValidateOnly = validateOnly,
            },
            version: 1);
        return Assert.Single(response.Resources).ErrorCode;
    }

    private async Task<ErrorCode> ChangeAsync(string name, ConfigOperation operation, string? value)
    {
        IncrementalAlterConfigsResponse response = await _client.SendAsync(
            new IncrementalAlterConfigsRequest
            {
                Resources =
                [
                    new()
                    {
                        ResourceType = ConfigResourceType.Topic,
                        ResourceName = "t",
                        Configs = [new() { Name = name, Operation = operation, Value = value }],
                    },
                ],
            },
            version: 0);
        return Assert.Single(response.Resources).ErrorCode;
    }
}
