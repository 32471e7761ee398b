using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Security;
using LogStore.KafkaProtocol.Topics;
using Xunit;

namespace LogStore.Broker.Tests.Security;

/// <summary>The rules of a cluster are one: whichever broker is asked to change them, all go by them.</summary>
public sealed class ClusterAclTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory _directory = new();
    private TestBroker _first = null!;
    private TestBroker _second = null!;

    public async ValueTask InitializeAsync()
    {
        _first = await StartAsync(1);
        _second = await StartAsync(2);
    }

    public async ValueTask DisposeAsync()
    {
        await _second.DisposeAsync();
        await _first.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task ARuleThatOneBrokerIsGivenHoldsAtTheOther()
    {
        await using ProtocolClient client = await _second.ConnectAsync();
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, await AskAsync(client));
        await AllowAsync(_first);
        await UntilAsync(client, ErrorCode.None);
        Assert.Equal(1, await DeleteAsync(_second));
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, await AskAsync(client)); // From the next request on.
        await using ProtocolClient other = await _first.ConnectAsync();
        await UntilAsync(other, ErrorCode.TopicAuthorizationFailed);
    }

    [Fact]
    public async Task ABrokerThatComesLaterGoesByTheRulesThatThereAre()
    {
        await AllowAsync(_first);
        await using TestBroker third = await StartAsync(3);
        await using ProtocolClient client = await third.ConnectAsync();
        Assert.Equal(ErrorCode.None, await AskAsync(client));
    }

    [Fact]
    public async Task RulesThatAreAddedThroughTwoBrokersAtOnceAreAllKept()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            AllowAsync(number % 2 == 0 ? _first : _second, $"topic{number}")));
        Assert.Equal(20, await DeleteAsync(_first));
    }

    private Task<TestBroker> StartAsync(int id) => TestBroker.StartAsync(options => options with
    {
        BrokerId = id,
        Security = new SecurityOptions { Authorizer = AuthorizerKind.Acl },
        Cluster = new ClusterOptions { MetadataStore = $"sqlite:{_directory["metadata.db"]}" },
    });

    private static async Task AllowAsync(TestBroker broker, string topic = "t")
    {
        await using ProtocolClient admin = new(broker.Server.Connect());
        CreateAclsRequest.Creation rule = new()
        {
            ResourceType = AclResourceType.Topic,
            ResourceName = topic,
            Principal = "User:*",
            Host = "*",
            Operation = AclOperation.Create,
            PermissionType = AclPermissionType.Allow,
        };
        CreateAclsResponse response = await admin.SendAsync(new CreateAclsRequest { Creations = [rule] }, 1);
        Assert.Equal(ErrorCode.None, response.Results[0].ErrorCode);
    }

    /// <summary>Deletes all rules; returns how many there were.</summary>
    private static async Task<int> DeleteAsync(TestBroker broker)
    {
        await using ProtocolClient admin = new(broker.Server.Connect());
        DeleteAclsRequest.Filter all = new()
        {
            ResourceType = AclResourceType.Any,
            PatternType = AclPatternType.Any,
            Operation = AclOperation.Any,
            PermissionType = AclPermissionType.Any,
        };
        DeleteAclsResponse response = await admin.SendAsync(new DeleteAclsRequest { Filters = [all] }, 1);
        Assert.Equal(ErrorCode.None, response.FilterResults[0].ErrorCode);
        return response.FilterResults[0].MatchingAcls.Length;
    }

    /// <summary>Asks whether a topic may be made, without making it.</summary>
    private static async Task<ErrorCode> AskAsync(ProtocolClient client)
    {
        CreateTopicsRequest request = new()
        {
            Topics = [new() { Name = "t", NumPartitions = 1, ReplicationFactor = 1, Assignments = [], Configs = [] }],
            TimeoutMs = 1000,
            ValidateOnly = true,
        };
        return (await client.SendAsync(request, 2)).Topics[0].ErrorCode;
    }

    /// <summary>Asks again until the broker has seen the change.</summary>
    private static async Task UntilAsync(ProtocolClient client, ErrorCode expected)
    {
        using CancellationTokenSource patience = new(Patience);
        while (await AskAsync(client) != expected) patience.Token.ThrowIfCancellationRequested();
    }
}
