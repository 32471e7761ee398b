using LogStore.Replicator.Protocol;
using Xunit;

namespace LogStore.Replicator.Tests.Protocol;

public sealed class ReplicaSessionTests
{
    [Fact]
    public void ALifeDoesNotRunIntoTheNumbersOfTheNext()
    {
        long last = ReplicaSession.First(brokerEpoch: 8) - 2;
        Assert.Equal(7, ReplicaSession.BrokerEpochOf(last));
        Assert.False(ReplicaSession.IsLast(ReplicaSession.First(brokerEpoch: 7)));
        Assert.False(ReplicaSession.IsLast(last - 1));
        Assert.True(ReplicaSession.IsLast(last));
        Assert.Equal(last, ReplicaSession.Next(last - 1));
        Assert.Equal(last, ReplicaSession.Next(last));
    }
}
