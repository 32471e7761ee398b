using System.Net;
using LogStore.Replicator.Rdma.Verbs;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

public sealed class GidTest
{
    [Fact]
    public void AnIPv4AddressIsItsMappedGid()
    {
        Gid gid = Gid.FromIPAddress(IPAddress.Parse("198.18.77.1"));
        Assert.True(gid.IsIPv4Mapped);
        Assert.False(gid.IsZero);
        Assert.Equal("0000:0000:0000:0000:0000:ffff:c612:4d01", gid.ToString());
        Assert.Equal("00000000000000000000ffffc6124d01", gid.ToHex());
        Assert.Equal(gid, Gid.FromHex(gid.ToHex()));
        Assert.Equal("::ffff:198.18.77.1", gid.ToIPAddress().ToString());
    }

    [Fact]
    public void WhatIsNoGidIsRefused()
    {
        Assert.Throws<FormatException>(() => Gid.FromHex("00"));
        Assert.Throws<FormatException>(() => Gid.FromHex("zz000000000000000000ffffc6124d01"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gid(new byte[15]));
        Assert.True(default(Gid).IsZero);
    }
}
