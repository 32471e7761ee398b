using LogStore.Records;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Logs;

/// <summary>What an append costs the garbage collector; alone, as buffers are shared by all logs of the process.</summary>
[Collection(nameof(Alone))]
public sealed class AppendAllocationTests
{
    private const int Appends = 2000;
    private const int LessThanAnObject = 8;

    [Theory]
    [InlineData(AckWhen.None)]
    [InlineData(AckWhen.Appended)]
    public async Task ASynchronousAppendAllocatesNothing(AckWhen ack)
    {
        using TemporaryDirectory directory = new(inMemory: true);
        await using Log log = await OpenAsync(directory);
        RecordBatch batch = Batches.At(-1, new string('x', 100));
        for (int index = 0; index < Appends; index++) log.Append(batch, ack);
        await log.FlushAsync();
        long allocated = Allocations.OnThisThread(() =>
        {
            for (int index = 0; index < Appends; index++) log.Append(batch, ack);
        });
        // The offset index in memory doubles now and then; no append may cost an object.
        Assert.InRange(allocated, 0, Appends * LessThanAnObject);
    }

    [Fact]
    public async Task AnAsynchronousDurableAppendAllocatesNextToNothing()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        await using Log log = await OpenAsync(directory);
        RecordBatch batch = Batches.At(-1, new string('x', 100));
        for (int index = 0; index < Appends; index++) await log.AppendAsync(batch, AckWhen.Flushed);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int index = 0; index < Appends; index++) await log.AppendAsync(batch, AckWhen.Flushed);
        Assert.InRange((GC.GetTotalAllocatedBytes(precise: true) - before) / Appends, 0, 512);
    }

    private static ValueTask<Log> OpenAsync(TemporaryDirectory directory) =>
        Log.OpenAsync(new LogOptions { Directory = directory.Path });
}

/// <summary>Tests that measure the process as a whole.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
