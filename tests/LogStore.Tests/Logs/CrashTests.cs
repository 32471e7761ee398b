using LogStore.IO;
using LogStore.Tests.Logs.Model;
using LogStore.Tests.Logs.Storages;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Logs;

/// <summary>
/// A crash after every single change of a scenario's files: the log that is opened on what is left holds all that had been
/// acknowledged for this kind of crash, in order, once, and nothing else.
/// </summary>
/// <remarks>Whether the device keeps what fdatasync promised is not tested: here it does.</remarks>
public sealed class CrashTests
{
    [Fact]
    public Task AKilledProcessLosesNothingThatWasAppended() =>
        SweepAsync(storage => storage.AfterKill(), ledger => ledger.PromisedEnd);

    [Fact]
    public Task APowerLossLosesNothingThatWasFlushed() =>
        SweepAsync(storage => storage.AfterPowerLoss(), ledger => ledger.FlushedEnd);

    /// <summary>
    /// The kernel may write back a later file and not an earlier one. Then there is a hole between flushed and lost batches
    /// that looks like damage, and may be reported as such; but never passed over.
    /// </summary>
    [Fact]
    public Task APowerLossAfterPartialWriteBackLosesNothingThatWasFlushed() => Seeds.ForEachAsync(
        1, random => SweepAsync(storage => storage.AfterPowerLoss(random), ledger => ledger.FlushedEnd, mayReport: true));

    private static async Task SweepAsync(
        Func<RecordingStorage, CrashImage> capture, Func<Ledger, long> promised, bool mayReport = false)
    {
        using TemporaryDirectory parent = new(inMemory: true);
        List<(CrashImage Image, Ledger Ledger)> crashes = await RecordAsync(parent["live"], capture);
        int reported = 0;
        for (int index = 0; index < crashes.Count; index++)
        {
            (CrashImage image, Ledger ledger) = crashes[index];
            image.WriteTo(parent["left"]);
            try
            {
                await CheckAsync(parent["left"], ledger, promised(ledger));
            }
            catch (CorruptLogException) when (mayReport)
            {
                reported++;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"after change {index}: {exception.Message}", exception);
            }
        }

        Assert.InRange(crashes.Count, 300, 10_000);
        Assert.InRange(reported, 0, crashes.Count / 4);
    }

    private static async Task<List<(CrashImage Image, Ledger Ledger)>> RecordAsync(
        string directory, Func<RecordingStorage, CrashImage> capture)
    {
        List<(CrashImage, Ledger)> crashes = [];
        RecordingStorage storage = new(directory);
        FaultScenario scenario = new(directory, storage, new Ledger());
        storage.Changed = () => scenario.Freeze(ledger => crashes.Add((capture(storage), ledger.Clone())));
        await scenario.RunAsync();
        Assert.Empty(scenario.Errors);
        return crashes;
    }

    private static async Task CheckAsync(string directory, Ledger ledger, long promisedEnd)
    {
        AppendResult result;
        await using (Log log = await Log.OpenAsync(FaultScenario.Options(directory, Storage.Default)))
        {
            ledger.Check(log.LogStartOffset, log.LogEndOffset, await log.ReadAllAsync(), promisedEnd);
            ledger.Try(log.LogEndOffset, "afterwards");
            result = log.Append(Batches.Of("afterwards"), AckWhen.Flushed);
            ledger.Promise(result, AckWhen.Flushed, "afterwards");
        }

        await using Log reopened = await Log.OpenAsync(FaultScenario.Options(directory, Storage.Default));
        ledger.Check(reopened.LogStartOffset, reopened.LogEndOffset, await reopened.ReadAllAsync(), result.NextOffset);
    }
}
