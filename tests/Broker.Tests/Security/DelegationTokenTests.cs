using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Security;
using Xunit;

namespace LogStore.Broker.Tests.Security;

/// <summary>There are no delegation tokens, which is said as a Kafka says it in which they are off.</summary>
public sealed class DelegationTokenTests
{
    [Fact]
    public async Task EveryRequestAboutTokensIsAnsweredThatTheyAreOff()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        const ErrorCode off = ErrorCode.DelegationTokenAuthDisabled;
        Assert.Equal(off, (await client.SendAsync(new CreateDelegationTokenRequest(), 1)).ErrorCode);
        Assert.Equal(off, (await client.SendAsync(new RenewDelegationTokenRequest(), 1)).ErrorCode);
        Assert.Equal(off, (await client.SendAsync(new ExpireDelegationTokenRequest(), 1)).ErrorCode);
        Assert.Equal(off, (await client.SendAsync(new DescribeDelegationTokenRequest(), 1)).ErrorCode);
    }
}
