using LogStore.Tests.Logs.Model;
using LogStore.Tests.Logs.Storages;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Logs;

/// <summary>
/// Every storage call of a scenario fails once, in every way it can. Whatever the log answers, it must keep what it has
/// acknowledged and show nothing that it was not given.
/// </summary>
public sealed class FaultTests
{
    [Fact]
    public Task AnErrorInAnyCallLosesNothing() => SweepAsync(FaultKind.Error);

    [Fact]
    public Task AShortWriteLosesNothing() => SweepAsync(FaultKind.ShortWrite);

    [Fact]
    public Task AFailedFlushLosesNothingAndIsNotRepeated() => SweepAsync(FaultKind.FailedFlush);

    [Fact]
    public Task AFullDiskLosesNothing() => SweepAsync(FaultKind.DiskFull);

    /// <summary>Linux reports a failed fdatasync once and forgets the pages: asking again would be answered by a lie.</summary>
    [Fact]
    public async Task AFailedFlushFaultsTheLogForGood()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        FaultyStorage storage = new(FaultKind.FailedFlush, failAt: 1, suffix: ".log");
        await using (Log log = await Log.OpenAsync(FaultScenario.Options(directory.Path, storage)))
        {
            log.Append(Batches.Of("appended"));
            Assert.Throws<LogFaultedException>(() => log.Append(Batches.Of("not flushed"), AckWhen.Flushed));
            Assert.Throws<LogFaultedException>(() => log.Append(Batches.Of("late")));
            await Assert.ThrowsAsync<LogFaultedException>(async () => await log.AppendAsync(Batches.Of("late")));
            await Assert.ThrowsAsync<LogFaultedException>(async () => await log.FlushAsync());
            await Assert.ThrowsAsync<LogFaultedException>(async () => await log.TruncateToAsync(0));
            Assert.NotNull(log.Fault);
        }

        Assert.Equal(0, storage.FlushesAfterFailure);
        await using Log reopened = await Log.OpenAsync(
            FaultScenario.Options(directory.Path, LogStore.IO.Storage.Default));
        Assert.Equal("appended", (await reopened.ReadAllAsync())[0].Value);
    }

    private static async Task SweepAsync(FaultKind kind)
    {
        using TemporaryDirectory parent = new(inMemory: true);
        for (int failAt = 1; ; failAt++)
        {
            string directory = parent[$"{failAt}"];
            FaultyStorage storage = new(kind, failAt);
            try
            {
                await RunAsync(directory, storage, kind);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(
                    $"{kind} at call {failAt} ({storage.FailedCall}): {exception.Message}", exception);
            }

            Directory.Delete(directory, recursive: true);
            if (storage.FailedCall is null) return;
        }
    }

    private static async Task RunAsync(string directory, FaultyStorage storage, FaultKind kind)
    {
        Ledger ledger = new();
        FaultScenario scenario = new(directory, storage, ledger);
        await scenario.RunAsync(storage.Heal);
        await using Log log = await Log.OpenAsync(FaultScenario.Options(directory, LogStore.IO.Storage.Default));
        ledger.Check(log.LogStartOffset, log.LogEndOffset, await log.ReadAllAsync(), ledger.PromisedEnd);
        if (kind == FaultKind.DiskFull) Assert.DoesNotContain(scenario.Errors, error => error is LogFaultedException);
    }
}
