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
