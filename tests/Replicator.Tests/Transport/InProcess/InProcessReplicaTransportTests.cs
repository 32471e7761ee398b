using LogStore.Replicator.Tests.Transport.Support;
using LogStore.Replicator.Transport;
using Xunit;

namespace LogStore.Replicator.Tests.Transport.InProcess;

public sealed class InProcessReplicaTransportTests : ReplicaTransportTests
{
    private protected override TransportNet CreateNet() => new InProcessNet();

    [Fact]
    public async Task ACutTakesTheLinkDownUntilItIsRestored()
    {
        await using InProcessNet net = new();
        var (first, _, second, _) = await net.LinkAsync();
        net.Hub.Cut(2, 1);
        await first.Receiver.DownAsync();
        await second.Receiver.DownAsync();
        Assert.False(Assert.Single(first.Transport.Links).IsUp);
        net.Hub.Restore(1, 2);
        await first.Receiver.UpAsync();
        await second.Receiver.UpAsync();
    }

    [Fact]
    public async Task OneBrokerCannotBeThereTwice()
    {
        await using InProcessNet net = new();
        net.Start(1);
        Assert.Throws<ReplicaTransportException>(() => net.Start(1));
    }
}
