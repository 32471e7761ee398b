using LogStore.Records;
using LogStore.Recovery;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Compaction;

/// <summary>Readers whose segments are compacted away under them.</summary>
public sealed class CompactionReaderTests
{
    [Fact]
    public async Task AReaderInTheMiddleOfASegmentGoesOnBehindWhatItHasRead()
    {
        await using SmallCompactedLog small = await SmallCompactedLog.OpenAsync();
        for (int record = 0; record < 30; record++) small.Append($"key {record % 3}", $"{record} {new string('x', 400)}");
        await small.FillAsync();
        await using ReadOnlyLog other = await ReadOnlyLog.OpenAsync(small.Options.Directory);
        List<IAsyncEnumerator<RecordBatch>> readers = [];
        foreach (IAsyncEnumerable<RecordBatch> stream in new[] { small.Log.ReadAsync(0), other.ReadAsync(0) })
        {
            IAsyncEnumerator<RecordBatch> reader = stream.GetAsyncEnumerator();
            for (int batch = 0; batch < 3; batch++) Assert.True(await reader.MoveNextAsync());
            readers.Add(reader);
        }

        Assert.NotNull(await small.Log.CompactAsync());
        foreach (IAsyncEnumerator<RecordBatch> reader in readers)
        {
            long next = 3;
            int records = 0;
            while (await reader.MoveNextAsync())
            {
                Assert.InRange(reader.Current.BaseOffset, next, long.MaxValue);
                next = reader.Current.NextOffset;
                records += reader.Current.RecordCount;
            }

            Assert.Equal(small.Log.LogEndOffset, next);
            Assert.True(records > 3);
            await reader.DisposeAsync();
        }
    }

    [Fact]
    public async Task AFollowerInAnotherProcessFindsWhatComesAfterACompactionOfItsSegment()
    {
        await using SmallCompactedLog small = await SmallCompactedLog.OpenAsync();
        small.Append("key", "first");
        await using ReadOnlyLog other = await ReadOnlyLog.OpenAsync(small.Options.Directory);
        Assert.Equal(1, other.LogEndOffset); // It knows the segment that is active now, and no other.
        await small.FillAsync(segments: 5);
        Assert.NotNull(await small.Log.CompactAsync());
        small.Append("key", "last");
        List<KeyedRecord> found = await other.ReadAsync(1).ToKeyedAsync(1);
        Assert.Equal(small.Log.LogEndOffset - 1, found[^1].Offset);
        Assert.Equal("last", found[^1].Value);
    }

    [Fact]
    public Task ReadersSeeEveryKeysLatestRecordWhileSegmentsAreSwapped() => Seeds.ForEachAsync(2, async random =>
    {
        await using SmallCompactedLog small = await SmallCompactedLog.OpenAsync();
        await small.FillAsync();
        using CancellationTokenSource done = new();
        Task[] readers =
        [
            Task.Run(() => ReadUntilAsync(small.Log.LogStartOffset, () => small.Log.ReadKeyedAsync(swapped: true), done.Token)),
            Task.Run(() => ReadUntilAsync(small.Log.LogStartOffset, () => small.Log.ReadKeyedAsync(swapped: true), done.Token)),
            Task.Run(async () =>
            {
                await using ReadOnlyLog other = await ReadOnlyLog.OpenAsync(small.Options.Directory);
                await ReadUntilAsync(0, () => other.ReadKeyedAsync(swapped: true), done.Token);
            }),
            Task.Run(() => FindUntil(small, done.Token)),
            Task.Run(() => VerifyUntil(small, done.Token)),
        ];
        for (int round = 0; round < 25; round++)
        {
            for (int record = 0; record < 40; record++)
                small.Append($"key {random.Next(20)}", $"{round}.{record} {new string('x', random.Next(300))}");
            await small.Log.FlushAsync();
            await small.Log.CompactAsync();
            Assert.All(readers, reader => Assert.False(reader.IsFaulted, $"{reader.Exception}"));
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
    });

    private static async Task ReadUntilAsync(
        long from, Func<Task<List<KeyedRecord>>> read, CancellationToken done)
    {
        Dictionary<string, long> newest = [];
        do
        {
            List<KeyedRecord> records = await read();
            Dictionary<string, long> found = [];
            long last = from - 1;
            foreach (KeyedRecord record in records)
            {
                Assert.True(record.Offset > last);
                last = record.Offset;
                found[record.Key] = record.Offset;
            }

            foreach ((string key, long offset) in newest) Assert.InRange(found.GetValueOrDefault(key, -1), offset, long.MaxValue);
            newest = found;
        }
        while (!done.IsCancellationRequested);
    }

    private static void FindUntil(SmallCompactedLog small, CancellationToken done)
    {
        while (!done.IsCancellationRequested) Assert.NotNull(small.Log.FindOffset(small.Clock.GetUtcNow()));
    }

    private static void VerifyUntil(SmallCompactedLog small, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
            Assert.All(LogVerifier.Verify(small.Options.Directory), segment => Assert.Null(segment.Damage));
    }
}
