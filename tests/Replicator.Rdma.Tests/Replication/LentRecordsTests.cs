using LogStore.Reading;
using LogStore.Records;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Tests.Transport.Support;
using LogStore.Replicator.Transport;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests.Replication;

/// <summary>Records that are sent from the memory in which their log has staged them.</summary>
public sealed class LentRecordsTests
{
    private static readonly RegisteredMemory Memory = new();
    private static readonly TimeSpan Patience = TestPatience.Value;

    [RdmaFact]
    public async Task TheFollowerGetsTheVeryBytesAndTheMemoryComesBack()
    {
        using TemporaryDirectory directory = new();
        await using RdmaNet net = new() { Rdma = _ => new() { IsRequired = true, RingBytes = 1 << 20 } };
        var (first, toSecond, second, _) = await net.LinkAsync();
        await using Log log = await OpenAsync(directory["leader"]);
        await using Log copy = await OpenAsync(directory["follower"]);
        Task done = CopyTo(copy, second.Receiver, 200);
        using Source source = new(log, toSecond, first.Receiver);
        // From those that are copied to those that take a quarter of the ring.
        for (int number = 0; number < 200; number++) await source.AppendAsync(number * 997);
        await done.WaitAsync(Patience);
        Assert.Equal(await BytesAsync(log), await BytesAsync(copy));
        Assert.All(source.Blocks, block => Assert.IsType<RegisteredBlock>(block));
        // More were lent than there are: they have come back.
        Assert.InRange(source.Blocks.Count, 1, RegisteredMemory.MaxBlocks);
        Assert.True(source.LentCount > RegisteredMemory.MaxBlocks, $"only {source.LentCount} were lent");
    }

    [RdmaFact]
    public async Task WhatIsLentToALinkThatEndsComesBack()
    {
        using TemporaryDirectory directory = new();
        await using RdmaNet net = new() { Rdma = _ => new() { IsRequired = true, RingBytes = 1 << 20 } };
        var (first, link, second, _) = await net.LinkAsync();
        await using Log log = await OpenAsync(directory["leader"]);
        HashSet<StagingBlock> blocks = [];
        for (int life = 0; life < RegisteredMemory.MaxBlocks + 4; life++)
        {
            using Source source = new(log, link, first.Receiver);
            await source.AppendAsync(50_000);
            link.Abort("a test");
            blocks.UnionWith(source.Blocks);
            await first.Receiver.DownAsync();
            await second.Receiver.DownAsync();
            link = await first.Receiver.UpAsync();
            await second.Receiver.UpAsync();
        }

        Assert.All(blocks, block => Assert.IsType<RegisteredBlock>(block)); // There was always one left.
    }

    private static async Task<Log> OpenAsync(string directory) => await Log.OpenAsync(new LogOptions { Directory = directory, Staging = Memory });

    private static async Task<byte[]> BytesAsync(Log log)
    {
        List<byte> bytes = [];
        await foreach (RecordBatch batch in log.ReadAsync(0)) bytes.AddRange(batch.Bytes.Span);
        return [.. bytes];
    }

    private static Task CopyTo(Log log, TestReceiver receiver, long end)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Message = (IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload) =>
        {
            try
            {
                if (log.AppendReplicated(payload).NextOffset == end) done.TrySetResult();
            }
            catch (Exception exception)
            {
                done.TrySetException(exception);
            }
        };
        return done.Task;
    }

    /// <summary>Sends what is appended to a log while it is announced.</summary>
    private sealed class Source : IPayloadSource, IDisposable
    {
        private readonly Log _log;
        private readonly IReplicaLink _link;
        private readonly TestReceiver _receiver;
        private readonly LogCursor _cursor;
        private long _next;
        private bool _isRefused;

        public Source(Log log, IReplicaLink link, TestReceiver receiver)
        {
            (_log, _link, _receiver, _next, _cursor) = (log, link, receiver, log.LogEndOffset, log.OpenCursor());
            log.AddAppendListener(Pump);
        }

        public HashSet<StagingBlock> Blocks { get; } = [];

        public int LentCount { get; private set; }

        public async Task AppendAsync(int size)
        {
            using RecordBatchBuilder builder = new();
            builder.TryAppend(0, default, new byte[size]);
            _log.Append(builder.Build());
            while (_isRefused)
            {
                Assert.True(await _receiver.Writable.WaitAsync(Patience), "room was never told");
                Pump();
            }
        }

        public int Write(Span<byte> destination, out ReplicaMessage message)
        {
            CursorRead read = _cursor.Read(_next, long.MaxValue, destination);
            message = Append(read.NextOffset);
            return read.Bytes;
        }

        public bool TryLend(int maxBytes, out LentBatches lent, out ReplicaMessage message)
        {
            message = default;
            if (!_cursor.TryLend(_next, long.MaxValue, maxBytes, out lent)) return false;
            Blocks.Add(lent.Block);
            LentCount++;
            message = Append(lent.NextOffset);
            return true;
        }

        public void Dispose()
        {
            _log.RemoveAppendListener(Pump);
            _cursor.Dispose();
        }

        private void Pump()
        {
            _isRefused = _next < _log.LogEndOffset && !_link.TrySend(this, 240 * 1024);
            _link.Flush();
        }

        private ReplicaMessage Append(long end)
        {
            _next = end;
            return new ReplicaMessage(ReplicaMessageKind.Append, TestMessages.Partition, LeaderEpoch: 0, Session: 1) { EndOffset = end };
        }
    }
}
