using LogStore.Broker.Groups.Storage;
using Xunit;

namespace LogStore.Broker.Tests.Groups.Storage;

public sealed class GroupPartitionerTests
{
    /// <summary>By hashes that are worked out apart: 0, 103, 3556498, -648006740, 98762257 and -2147483648.</summary>
    [Theory]
    [InlineData("", 0)]
    [InlineData("g", 3)]
    [InlineData("test", 48)]
    [InlineData("console-consumer", 40)]
    [InlineData("größe", 7)]
    [InlineData("polygenelubricants", 0)]
    public void AGroupBelongsWhereKafkaPutsIt(string groupId, int partition) =>
        Assert.Equal(partition, GroupPartitioner.PartitionOf(groupId, 50));
}
