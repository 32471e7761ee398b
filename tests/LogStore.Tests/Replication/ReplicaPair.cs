using LogStore.Reading;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Replication;

/// <summary>A leader's log and a follower's, fed from it as a replica is: through a cursor, a buffer and a replicated append.</summary>
internal sealed class ReplicaPair : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new(inMemory: true);
    private readonly byte[] _buffer = new byte[64 * 1024];

    private ReplicaPair(LogConfig config) => Config = config;

    public LogConfig Config { get; }

    public ManualTimeProvider Clock { get; } = new();

    public Log Leader { get; private set; } = null!;

    public Log Follower { get; private set; } = null!;

    public LogCursor Cursor { get; private set; } = null!;

    public static async Task<ReplicaPair> OpenAsync(LogConfig? config = null)
    {
        ReplicaPair pair = new(config ?? LogConfig.Default);
        pair.Leader = await Log.OpenAsync(pair.Options("leader"));
        pair.Follower = await Log.OpenAsync(pair.Options("follower"));
        pair.Cursor = pair.Leader.OpenCursor();
        return pair;
    }

    /// <summary>Copies what the follower has not yet, in reads of at most so many bytes, or as many as a batch needs.</summary>
    public void Replicate(int maxBytes = 64 * 1024, long endOffset = long.MaxValue)
    {
        while (true)
        {
            CursorRead read = Cursor.Read(Follower.LogEndOffset, endOffset, _buffer.AsSpan(0, maxBytes));
            if (read.NeededBytes > 0)
            {
                Assert.True(read.NeededBytes > maxBytes, "a batch that fits is copied");
                read = Cursor.Read(Follower.LogEndOffset, endOffset, _buffer.AsSpan(0, read.NeededBytes));
                Assert.NotEqual(0, read.Bytes);
            }

            if (read.Bytes == 0) return;
            Assert.Equal(read.NextOffset, Follower.AppendReplicated(_buffer.AsSpan(0, read.Bytes)).NextOffset);
            Assert.Equal(read.NextOffset, Follower.LogEndOffset);
        }
    }

    public async Task ReopenLeaderAsync()
    {
        Cursor.Dispose();
        await Leader.DisposeAsync();
        Leader = await Log.OpenAsync(Options("leader"));
        Cursor = Leader.OpenCursor();
    }

    public async Task ReopenFollowerAsync()
    {
        await Follower.DisposeAsync();
        Follower = await Log.OpenAsync(Options("follower"));
    }

    public async ValueTask DisposeAsync()
    {
        Cursor.Dispose();
        await Leader.DisposeAsync();
        await Follower.DisposeAsync();
        _directory.Dispose();
    }

    private LogOptions Options(string name) => new()
    {
        Directory = _directory[name],
        Config = Config,
        TimeProvider = Clock,
        RetentionCheckInterval = TimeSpan.FromDays(40),
    };
}
