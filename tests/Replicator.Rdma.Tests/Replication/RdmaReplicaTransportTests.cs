using LogStore.Replicator.Tests.Transport;
using LogStore.Replicator.Tests.Transport.Support;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests.Replication;

/// <summary>What every transport does, over RDMA, and over nothing else.</summary>
public sealed class RdmaReplicaTransportTests : ReplicaTransportTests
{
    private protected override TransportNet CreateNet()
    {
        Assert.SkipUnless(RdmaFactAttribute.CanRun, RdmaFactAttribute.WhySkipped);
        return new RdmaNet();
    }
}
