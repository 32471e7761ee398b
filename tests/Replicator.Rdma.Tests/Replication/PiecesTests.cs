using LogStore.Replicator.Rdma.Links;
using LogStore.Replicator.Rdma.Verbs;
using LogStore.Replicator.Tests.Transport.Support;
using LogStore.Replicator.Transport.Frames;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests.Replication;

/// <summary>What links are made of, as far as it takes no device.</summary>
public sealed class PiecesTests
{
    private static readonly RdmaOffer Offer = new(
        77, new QueuePairAddress(0x1234, 0xABCDEF, Gid.FromIPAddress(System.Net.IPAddress.Parse("198.18.77.1")), 9),
        PathMtu.Bytes4096, new RemoteSegment(0x7F00_0000_1000, 0xDEAD_BEEF), 1 << 20, 256, RdmaLinkLayout.MessageBytes);

    [Fact]
    public void AnOfferIsReadAsItWasMade() => Assert.Equal(Offer, RdmaOffer.Decode(Offer.Encode()));

    [Fact]
    public void AnOfferOutOfBoundsIsRefused()
    {
        Refuses(Offer with { RingBytes = RdmaLinkLayout.MinRing - 64 });
        Refuses(Offer with { RingBytes = RdmaLinkLayout.MinRing + 1 });
        Refuses(Offer with { RingBytes = -64 });
        Refuses(Offer with { ReceiveDepth = 1 });
        Refuses(Offer with { MessageBytes = 64 });
        Refuses(Offer with { Mtu = (PathMtu)9 });
        for (int length = 0; length < RdmaOffer.Size; length++)
            Assert.Throws<FrameException>(() => RdmaOffer.Decode(Offer.Encode().AsSpan(0, length)));
    }

    [Fact]
    public void AWorkRequestsIdSaysWhatItWas()
    {
        foreach (WorkId id in (WorkId[])[new(1, true, 0), new(uint.MaxValue, false, 255), new(0x8000_0000, true, int.MaxValue)])
            Assert.Equal(id, WorkId.Of(id.Raw));
    }

    [Fact]
    public void APeerThatFailsIsTriedLessAndLessOften()
    {
        ManualClock clock = new();
        PeerTrials trials = new(clock);
        Assert.Null(trials.WhyNot(2));
        for (TimeSpan wait = PeerTrials.Least; wait < PeerTrials.Most; wait *= 2)
        {
            trials.Fail(2, "a test");
            clock.Advance(wait - TimeSpan.FromMilliseconds(1));
            Assert.Contains("a test", trials.WhyNot(2), StringComparison.Ordinal);
            clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Null(trials.WhyNot(2));
            Assert.Null(trials.WhyNot(3));
        }

        trials.Succeed(2);
        trials.Fail(2, "a test");
        clock.Advance(PeerTrials.Least);
        Assert.Null(trials.WhyNot(2));
    }

    [Fact]
    public void WithoutADeviceOnlyARequirementFails()
    {
        using RdmaDataPlane automatic = new(new RdmaReplicationOptions { DeviceName = "nosuch" });
        Assert.Contains("RDMA device", automatic.WhyNot(1), StringComparison.Ordinal);
        Assert.Throws<DeviceNotFoundException>(
            () => new RdmaDataPlane(new RdmaReplicationOptions { DeviceName = "nosuch", IsRequired = true }));
    }

    private static void Refuses(RdmaOffer offer) => Assert.Throws<FrameException>(() => RdmaOffer.Decode(offer.Encode()));
}
