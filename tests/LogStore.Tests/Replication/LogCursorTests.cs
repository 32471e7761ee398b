using LogStore.Reading;
using LogStore.Tests.Compaction;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Replication;

/// <summary>What a leader reads for its followers.</summary>
public sealed class LogCursorTests
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    [Fact]
    public async Task WholeBatchesAreCopiedAsManyAsFit()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        for (int index = 0; index < 4; index++) pair.Leader.Append(Batches.Of("a", "b"));
        byte[] all = await pair.Leader.BytesAsync();
        int size = all.Length / 4;
        Assert.Equal(new CursorRead(2 * size, 4, 0), pair.Cursor.Read(0, long.MaxValue, _buffer.AsSpan(0, (3 * size) - 1)));
        Assert.Equal(all[..(2 * size)], _buffer[..(2 * size)]);
        Assert.Equal(new CursorRead(2 * size, 8, 0), pair.Cursor.Read(4, long.MaxValue, _buffer));
        Assert.Equal(all[(2 * size)..], _buffer[..(2 * size)]);
        Assert.Equal(new CursorRead(0, 8, 0), pair.Cursor.Read(8, long.MaxValue, _buffer));
    }

    [Fact]
    public async Task ABatchThatDoesNotFitSaysWhatItNeeds()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        pair.Leader.Append(Batches.Of("a"));
        int size = (await pair.Leader.BytesAsync()).Length;
        foreach (int room in (int[])[0, 60, 61, size - 1])
            Assert.Equal(new CursorRead(0, 0, size), pair.Cursor.Read(0, long.MaxValue, _buffer.AsSpan(0, room)));
        Assert.Equal(new CursorRead(size, 1, 0), pair.Cursor.Read(0, long.MaxValue, _buffer.AsSpan(0, size)));
    }

    [Fact]
    public async Task NothingIsCopiedThatEndsAboveTheBound()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        for (int index = 0; index < 3; index++) pair.Leader.Append(Batches.Of("a", "b"));
        Assert.Equal(new CursorRead(0, 0, 0), pair.Cursor.Read(0, 1, _buffer));
        Assert.Equal(2, pair.Cursor.Read(0, 3, _buffer).NextOffset);
        Assert.Equal(4, pair.Cursor.Read(2, 4, _buffer).NextOffset);
        Assert.Equal(6, pair.Cursor.Read(4, long.MaxValue, _buffer).NextOffset);
    }

    [Fact]
    public async Task TheBatchThatHoldsTheOffsetIsTheFirst()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync(LogConfig.Default with { SegmentBytes = 4096 });
        for (int index = 0; index < 30; index++) pair.Leader.Append(Batches.Of("a", new string('x', 400)));
        byte[] all = await pair.Leader.BytesAsync();
        int size = all.Length / 30;
        foreach (int offset in (int[])[7, 0, 59, 58, 31, 30])
        {
            CursorRead read = pair.Cursor.Read(offset, long.MaxValue, _buffer.AsSpan(0, size));
            Assert.Equal(new CursorRead(size, (offset & ~1) + 2, 0), read);
            Assert.Equal(all.AsSpan(offset / 2 * size, size).ToArray(), _buffer[..size]);
        }
    }

    [Fact]
    public async Task ItGoesOnAfterATruncationAndWhatIsAppendedThen()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        for (int index = 0; index < 3; index++) pair.Leader.Append(Batches.Of("old"));
        Assert.Equal(2, pair.Cursor.Read(0, 2, _buffer).NextOffset);
        await pair.Leader.TruncateToAsync(1);
        Assert.Throws<OffsetOutOfRangeException>(() => pair.Cursor.Read(2, long.MaxValue, _buffer));
        pair.Leader.Append(Batches.Of("a longer one than before"));
        pair.Leader.Append(Batches.Of("new"));
        pair.Replicate();
        await LogContent.AssertSameAsync(pair.Leader, pair.Follower);
    }

    [Fact]
    public async Task ItGoesOnWhenTheSegmentsBehindItAreDeleted()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync(LogConfig.Default with { SegmentBytes = 4096 });
        for (int index = 0; index < 20; index++) pair.Leader.Append(Batches.Of(new string('x', 1000)));
        long next = pair.Cursor.Read(0, 3, _buffer).NextOffset;
        await pair.Leader.FlushAsync();
        await pair.Leader.DeleteRecordsAsync(10);
        Assert.Throws<OffsetOutOfRangeException>(() => pair.Cursor.Read(next, long.MaxValue, _buffer));
        Assert.Equal(11, pair.Cursor.Read(10, 11, _buffer).NextOffset);
        await pair.Leader.ResetAsync(40);
        Assert.Throws<OffsetOutOfRangeException>(() => pair.Cursor.Read(11, long.MaxValue, _buffer));
        Assert.Equal(new CursorRead(0, 40, 0), pair.Cursor.Read(40, long.MaxValue, _buffer));
        pair.Leader.Append(Batches.Of("a"));
        Assert.Equal(41, pair.Cursor.Read(40, long.MaxValue, _buffer).NextOffset);
    }

    /// <summary>Compaction makes one empty batch of several that a follower may have in part.</summary>
    [Fact]
    public async Task AFollowerInTheMiddleOfWhatWasCompactedAwayGoesOnThere()
    {
        await using SmallCompactedLog small = await SmallCompactedLog.OpenAsync();
        using TemporaryDirectory directory = new(inMemory: true);
        await using Log follower = await Log.OpenAsync(new LogOptions { Directory = directory.Path });
        for (int index = 0; index < 10; index++) small.Append("key", $"{index}");
        using LogCursor cursor = small.Log.OpenCursor();
        CursorRead read = cursor.Read(0, 4, _buffer);
        follower.AppendReplicated(_buffer.AsSpan(0, read.Bytes));
        await small.FillAsync();
        Assert.NotNull(await small.Log.CompactAsync());
        while ((read = cursor.Read(follower.LogEndOffset, long.MaxValue, _buffer)).Bytes > 0)
            follower.AppendReplicated(_buffer.AsSpan(0, read.Bytes));
        Assert.Equal(small.Log.LogEndOffset, follower.LogEndOffset);
        List<string?> values =
            [.. (await follower.ReadKeyedAsync()).Where(record => record.Key == "key").Select(record => record.Value)];
        Assert.Equal(["0", "1", "2", "3", "9"], values);
    }

    [Fact]
    public async Task AClosedLogIsNotRead()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        pair.Leader.Append(Batches.Of("a"));
        await pair.Leader.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => pair.Cursor.Read(0, long.MaxValue, _buffer));
    }
}
