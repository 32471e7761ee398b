using LogStore.Tests.Logs.Storages;
using Xunit;

namespace LogStore.Tests.Compaction;

/// <summary>Every storage call of a log that is appended to and compacted fails once, in each way that it can.</summary>
public sealed class CompactionFaultTests
{
    private const int MostCalls = 20_000;

    [Theory]
    [InlineData(FaultKind.Error)]
    [InlineData(FaultKind.ShortWrite)]
    [InlineData(FaultKind.FailedFlush)]
    [InlineData(FaultKind.DiskFull)]
    internal async Task AFailedCallLosesNothing(FaultKind kind)
    {
        using TemporaryDirectory parent = new(inMemory: true);
        int failAt = 1;
        for (; failAt < MostCalls; failAt++)
        {
            string directory = Directory.CreateDirectory(parent["log"]).FullName;
            FaultyStorage storage = new(kind, failAt);
            CompactionScenario scenario = new(directory, storage);
            try
            {
                await scenario.RunAsync(storage.Heal);
                if (storage.FailedCall is null) break; // There are no more calls to fail.
                (long flushedEnd, long compactedTo) = scenario.Promised();
                await CompactionScenario.CheckAsync(directory, flushedEnd, compactedTo);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(
                    $"call {failAt} ({storage.FailedCall}) failed with {kind}: {exception.Message}", exception);
            }

            Directory.Delete(directory, recursive: true);
        }

        Assert.InRange(failAt, 50, MostCalls - 1);
    }
}
