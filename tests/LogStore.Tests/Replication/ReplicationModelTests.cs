using LogStore.Tests.Compaction;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Replication;

/// <summary>
/// Two logs in random lives: the leader appends, rolls, begins epochs, deletes, compacts; the follower copies, has batches of its
/// own that nobody else has, is truncated by epochs, emptied, and opened again. In the end both are the same.
/// </summary>
/// <remarks>The follower never compacts: two compactions at different times need not leave the same bytes.</remarks>
public sealed class ReplicationModelTests
{
    private const int Steps = 150;
    private const int Seeded = 12;

    [Fact]
    public Task AFollowerBecomesItsLeadersEqual() => Seeds.ForEachAsync(Seeded, random => RunAsync(random, compacts: false));

    [Fact]
    public Task AFollowerOfACompactedLogHoldsWhatItsLeaderHolds() =>
        Seeds.ForEachAsync(Seeded, random => RunAsync(random, compacts: true));

    private static async Task RunAsync(Random random, bool compacts)
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync(LogConfig.Default with
        {
            SegmentBytes = 4096,
            IndexIntervalBytes = 256,
            RetentionMs = -1,
            CleanupPolicy = compacts ? CleanupPolicy.Compact : CleanupPolicy.Delete,
            MinCleanableDirtyRatio = 0,
        });
        int[] sequences = new int[4];
        int epoch = 0;
        bool deleted = false;
        for (int step = 0; step < Steps; step++)
        {
            switch (random.Next(20))
            {
                case < 9:
                    Append(pair.Leader, random, sequences);
                    break;
                case < 13:
                    await AgreeAsync(pair);
                    long bound = random.Next(3) == 0 ? random.NextInt64(pair.Leader.LogEndOffset + 1) : long.MaxValue;
                    pair.Replicate(random.Next(61, 4000), bound);
                    break;
                case 13:
                    pair.Leader.BeginLeaderEpoch(epoch += random.Next(1, 3));
                    break;
                case 14: // It takes itself for the leader, and learns later that it was not.
                    await AgreeAsync(pair);
                    pair.Follower.BeginLeaderEpoch(Math.Max(epoch, pair.Follower.LeaderEpoch) + 1);
                    for (int count = random.Next(1, 8); count > 0; count--) Append(pair.Follower, random, new int[4], producers: false);
                    epoch = pair.Follower.LeaderEpoch + 1;
                    pair.Leader.BeginLeaderEpoch(epoch);
                    break;
                case 15:
                    await pair.Follower.ResetAsync(random.NextInt64(pair.Leader.LogStartOffset, pair.Leader.LogEndOffset + 1));
                    break;
                case 16:
                    await pair.ReopenFollowerAsync();
                    break;
                case 17:
                    await pair.ReopenLeaderAsync();
                    break;
                case 18 when compacts:
                    await pair.Leader.FlushAsync();
                    await pair.Leader.TruncateToAsync(pair.Leader.LogEndOffset); // Has waited for what was being sealed.
                    await pair.Leader.CompactAsync();
                    break;
                case 18 when random.Next(3) == 0:
                    deleted = true;
                    await pair.Leader.DeleteRecordsAsync(random.NextInt64(pair.Leader.LogEndOffset + 1));
                    break;
                default:
                    await pair.Follower.FlushAsync();
                    break;
            }

            epoch = Math.Max(epoch, pair.Leader.LeaderEpoch);
            Assert.InRange(pair.Follower.LogStartOffset, 0, pair.Follower.LogEndOffset);
            Assert.InRange(pair.Follower.FlushedOffset, 0, pair.Follower.LogEndOffset);
        }

        await AgreeAsync(pair);
        pair.Replicate();
        if (compacts)
        {
            HashSet<KeyedRecord> held = [.. await pair.Follower.ReadKeyedAsync()];
            long start = pair.Follower.LogStartOffset;
            List<KeyedRecord> latest = await pair.Leader.ReadKeyedAsync();
            Assert.All(latest.Where(record => record.Offset >= start), record => Assert.Contains(record, held));
            await pair.Follower.ResetAsync(pair.Leader.LogStartOffset);
            pair.Replicate();
        }

        await AssertEqualAsync(pair, producersToo: !deleted);
        await pair.ReopenFollowerAsync();
        await AssertEqualAsync(pair, producersToo: !deleted);
    }

    private static void Append(Log log, Random random, int[] sequences, bool producers = true)
    {
        (string, string?)[] records =
        [
            .. Enumerable.Range(0, random.Next(1, 6))
                .Select(_ => ($"key {random.Next(8)}", (string?)new string((char)('a' + random.Next(26)), random.Next(200)))),
        ];
        int producer = random.Next(8);
        bool idempotent = producers && producer < sequences.Length;
        log.Append(KeyedRecords.Batch(1, idempotent ? (producer, sequences[producer]) : null, records));
        if (idempotent) sequences[producer] += records.Length;
    }

    /// <summary>Truncates the follower to what it has in common with the leader, as KIP-101 and KIP-279 have it.</summary>
    private static async Task AgreeAsync(ReplicaPair pair)
    {
        (Log leader, Log follower) = (pair.Leader, pair.Follower);
        while (follower.LatestEpoch >= 0)
        {
            int latest = follower.LatestEpoch;
            (int epoch, long end) = leader.EndOffsetForEpoch(latest);
            (int own, long ownEnd) = epoch < 0 ? (-1, -1L) : follower.EndOffsetForEpoch(epoch);
            long cut = own == epoch ? Math.Min(end, ownEnd) : ownEnd;
            if (cut < follower.LogStartOffset)
            {
                await follower.ResetAsync(leader.LogStartOffset);
                break;
            }

            if (cut < follower.LogEndOffset) await follower.TruncateToAsync(cut);
            if (epoch == latest || follower.LatestEpoch == latest) break;
        }

        if (follower.LogEndOffset > leader.LogEndOffset || follower.LogEndOffset < leader.LogStartOffset)
            await follower.ResetAsync(leader.LogStartOffset);
        await follower.DeleteRecordsAsync(Math.Min(leader.LogStartOffset, follower.LogEndOffset));
    }

    private static async Task AssertEqualAsync(ReplicaPair pair, bool producersToo)
    {
        (Log leader, Log follower) = (pair.Leader, pair.Follower);
        Assert.Equal(leader.LogEndOffset, follower.LogEndOffset);
        // The follower may have been made to begin later, even in the middle of a batch.
        List<byte[]> expected = await leader.BatchesAsync();
        List<byte[]> actual = await follower.BatchesAsync();
        Assert.InRange(actual.Count, 0, expected.Count);
        Assert.Equal(expected[^actual.Count..], actual);
        if (actual.Count == 0) return;
        Assert.Equal(leader.LatestEpoch, follower.LatestEpoch);
        for (int epoch = 0; epoch <= leader.LatestEpoch; epoch++)
        {
            (int Epoch, long EndOffset) end = leader.EndOffsetForEpoch(epoch);
            if (end.EndOffset > follower.LogStartOffset) Assert.Equal(end, follower.EndOffsetForEpoch(epoch));
        }

        if (producersToo && follower.LogStartOffset == 0) Assert.Equal(Producers(leader), Producers(follower));
    }

    private static List<(long, short, int)> Producers(Log log) =>
    [
        .. log.ListProducers().Select(producer => (producer.ProducerId, producer.Epoch, producer.LastSequence)).Order(),
    ];
}
