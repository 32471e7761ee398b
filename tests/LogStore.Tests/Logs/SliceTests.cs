using LogStore.Reading;
using LogStore.Records;
using LogStore.Segments;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Logs;

/// <summary>Stretches of the log that a server hands on without looking into them.</summary>
public sealed class SliceTests
{
    /// <summary>Of a log that is replicated, what lies behind the offset is not committed: nobody may see it.</summary>
    [Fact]
    public async Task WhatIsAppendedWhileAStretchIsLookedForIsNoPartOfIt()
    {
        using TemporaryDirectory directory = new();
        await using Log log = await Log.OpenAsync(new LogOptions { Directory = directory.Path });
        for (int index = 0; index < 5; index++) log.Append(Batches.At(-1, "x"), AckWhen.Appended);
        // The third batch is in the file already, and the log's end has not been moved behind it yet.
        using ForeignView file = ForeignView.Open(directory.Path);
        BeforeTheAppend view = new(file, logEndOffset: 2);
        using LogSlice? slice = LogSlicer.Slice(view, 0, endOffset: 2, maxBytes: 4096, wholeFirstBatch: true);
        byte[] bytes = new byte[4096];
        ReadOnlyMemory<byte> read = bytes.AsMemory(0, slice!.Read(bytes, 0));
        List<long> offsets = [];
        while (RecordBatch.TryParse(read, out RecordBatch batch))
        {
            offsets.Add(batch.BaseOffset);
            read = read[batch.SizeInBytes..];
        }

        Assert.Equal([0, 1], offsets);
    }

    private sealed class BeforeTheAppend(LogView file, long logEndOffset) : LogView
    {
        public override string Directory => file.Directory;

        public override SegmentList Segments => file.Segments;

        public override long LogStartOffset => 0;

        public override long LogEndOffset => logEndOffset;

        public override Task WaitForMoreAsync() => Task.CompletedTask;
    }
}
