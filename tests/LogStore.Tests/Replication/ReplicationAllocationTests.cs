using LogStore.Reading;
using LogStore.Records;
using LogStore.Tests.Logs;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Replication;

/// <summary>What replication costs the garbage collector; alone, as buffers are shared by all logs of the process.</summary>
[Collection(nameof(Alone))]
public sealed class ReplicationAllocationTests
{
    private const int Turns = 500;
    private const int LessThanAnObject = 8;

    [Fact]
    public async Task CopyingAndAppendingAllocateNothing()
    {
        await using ReplicaPair pair = await ReplicaPair.OpenAsync();
        byte[] buffer = new byte[16 * 1024];
        Run();
        long allocated = Allocations.OnThisThread(Run);
        // The offset index in memory doubles now and then; no turn may cost an object.
        Assert.InRange(allocated, 0, Turns * LessThanAnObject);

        void Run()
        {
            for (int turn = 0; turn < Turns; turn++)
            {
                pair.Leader.Append(Batch);
                CursorRead read = pair.Cursor.Read(pair.Follower.LogEndOffset, long.MaxValue, buffer);
                pair.Follower.AppendReplicated(buffer.AsSpan(0, read.Bytes));
            }
        }
    }

    private static RecordBatch Batch { get; } = Batches.Of(new string('x', 100), new string('y', 100));
}
