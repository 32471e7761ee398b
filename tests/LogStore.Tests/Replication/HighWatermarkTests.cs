using LogStore.Tests.Compaction;
using Xunit;

namespace LogStore.Tests.Replication;

/// <summary>What a new leader may take back still counts, and so does what it would leave in its place.</summary>
public sealed class HighWatermarkTests
{
    [Fact]
    public async Task CompactionLeavesAloneWhatIsNotCommitted()
    {
        await using SmallCompactedLog small = await SmallCompactedLog.OpenAsync();
        small.Append("key", "committed");
        small.Log.HighWatermark = small.Log.LogEndOffset;
        small.Append("key", "perhaps taken back");
        await small.FillAsync(segments: 2);
        Assert.Null(await small.Log.CompactAsync());
        small.Log.HighWatermark = small.Log.LogEndOffset;
        Assert.NotNull(await small.Log.CompactAsync());
        Assert.Equal(["perhaps taken back"], await small.ValuesOfAsync("key"));
    }

    [Fact]
    public async Task RetentionLeavesAloneWhatIsNotCommitted()
    {
        await using SmallCompactedLog small = await SmallCompactedLog.OpenAsync(
            config => config with { CleanupPolicy = CleanupPolicy.Delete, RetentionBytes = 0 });
        small.Log.HighWatermark = 1;
        await small.FillAsync(segments: 3);
        await small.Log.ApplyRetentionAsync();
        Assert.Equal(0, small.Log.LogStartOffset);
        small.Log.HighWatermark = small.Log.LogEndOffset;
        await small.Log.ApplyRetentionAsync();
        Assert.True(small.Log.LogStartOffset > 0);
    }
}
