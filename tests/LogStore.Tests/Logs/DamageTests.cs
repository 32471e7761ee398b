using LogStore.Tests.Logs.Model;
using LogStore.Tests.Logs.Storages;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Logs;

/// <summary>
/// Every flipped bit and every cut of every file of a small log. What is read afterwards is exactly what was written, or a
/// <see cref="CorruptLogException"/> says where it is not.
/// </summary>
/// <remarks>
/// Two things cannot be told from health in Kafka's format and are asserted as such: a leader epoch in a batch's header,
/// which lies outside the checksum; and, after a crash, damage to the very last batch, which looks like a torn write.
/// </remarks>
public sealed class DamageTests
{
    private static readonly string[] Derived = [".index", ".timeindex", ".snapshot", "log-checkpoint", "leader-epoch-checkpoint"];

    [Fact]
    public Task AFlippedBitAfterACleanCloseIsReported() => FlipAllAsync(closed: true, ".log", Allowed.Report);

    [Fact]
    public Task AFlippedBitAfterACrashIsReportedOrTornOff() =>
        FlipAllAsync(closed: false, ".log", Allowed.Report | Allowed.TornTail);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AFlippedBitInADerivedFileIsHarmless(bool closed)
    {
        foreach (string suffix in Derived) await FlipAllAsync(closed, suffix, Allowed.Nothing);
    }

    [Fact]
    public Task ACutLogFileAfterACleanCloseIsReported() => CutAllAsync(closed: true, ".log", Allowed.Report);

    [Fact]
    public Task ACutLogFileAfterACrashIsReportedOrTornOff() =>
        CutAllAsync(closed: false, ".log", Allowed.Report | Allowed.TornTail);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ACutDerivedFileIsHarmless(bool closed)
    {
        foreach (string suffix in Derived) await CutAllAsync(closed, suffix, Allowed.Nothing);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AMissingDerivedFileIsHarmless(bool closed)
    {
        SmallLog log = await SmallLog.CreateAsync();
        CrashImage image = closed ? log.Closed : log.Killed;
        using TemporaryDirectory directory = new(inMemory: true);
        foreach (string name in image.Files.Keys.Where(name => Derived.Any(name.EndsWith)))
        {
            CrashImage damaged = new(image.Files.Where(file => file.Key != name).ToDictionary());
            await CheckAsync(log, damaged, directory.Path, $"{name} missing", Allowed.Nothing);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AMissingSegmentIsReported(bool closed)
    {
        SmallLog log = await SmallLog.CreateAsync();
        CrashImage image = closed ? log.Closed : log.Killed;
        using TemporaryDirectory directory = new(inMemory: true);
        // The last one of a killed log is not known to have held anything durable.
        string[] logs = [.. image.Files.Keys.Where(name => name.EndsWith(".log", StringComparison.Ordinal)).Order()];
        foreach (string name in logs[1..(closed ? logs.Length : logs.Length - 1)])
        {
            CrashImage damaged = new(image.Files.Where(file => file.Key != name).ToDictionary());
            Assert.Equal(
                Outcome.Reported, await CheckAsync(log, damaged, directory.Path, $"{name} missing", Allowed.Report));
        }
    }

    private static Task FlipAllAsync(bool closed, string suffix, Allowed allowed) => DamageAllAsync(
        closed, suffix, bytes => bytes * 8, allowed,
        (content, bit) => content[bit / 8] ^= (byte)(1 << (bit % 8)), bit => $"bit {bit % 8} of byte {bit / 8}");

    private static Task CutAllAsync(bool closed, string suffix, Allowed allowed) => DamageAllAsync(
        closed, suffix, bytes => bytes, allowed, change: null, length => $"cut to {length} bytes");

    private static async Task DamageAllAsync(
        bool closed, string suffix, Func<int, int> count, Allowed allowed, Action<byte[], int>? change,
        Func<int, string> describe)
    {
        SmallLog log = await SmallLog.CreateAsync();
        CrashImage image = closed ? log.Closed : log.Killed;
        using TemporaryDirectory directory = new(inMemory: true);
        int reported = 0;
        foreach ((string name, byte[] content) in image.Files.Where(file => file.Key.EndsWith(suffix, StringComparison.Ordinal)))
        {
            int damages = count(content.Length);
            for (int index = 0; index < damages; index++)
            {
                byte[] damaged = change is null ? content[..index] : [.. content];
                change?.Invoke(damaged, index);
                CrashImage left = new(new Dictionary<string, byte[]>(image.Files) { [name] = damaged });
                Outcome outcome = await CheckAsync(log, left, directory.Path, $"{name}, {describe(index)}", allowed);
                if (outcome == Outcome.Reported) reported++;
            }
        }

        Assert.Equal(allowed.HasFlag(Allowed.Report), reported > 0);
    }

    private static async Task<Outcome> CheckAsync(
        SmallLog expected, CrashImage image, string directory, string damage, Allowed allowed)
    {
        image.WriteTo(directory);
        try
        {
            await using Log log = await Log.OpenAsync(SmallLog.Options(directory));
            List<StoredRecord> found = await log.ReadAllAsync();
            bool isWhole = found.SequenceEqual(expected.Records);
            bool isTorn = found.Count < expected.Records.Count && found.Count >= expected.LastSegment &&
                found.SequenceEqual(expected.Records.Take(found.Count));
            Assert.True(isWhole || (isTorn && allowed.HasFlag(Allowed.TornTail)), $"read {found.Count} records");
            await CheckLookupsAsync(log, found);
            if (allowed == Allowed.Nothing) CheckDerivedState(log);
            return isWhole ? Outcome.Whole : Outcome.Torn;
        }
        catch (CorruptLogException) when (allowed.HasFlag(Allowed.Report))
        {
            return Outcome.Reported;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{damage}: {exception.Message}", exception);
        }
    }

    private static async Task CheckLookupsAsync(Log log, List<StoredRecord> records)
    {
        foreach (StoredRecord record in records)
        {
            List<StoredRecord> next = await log.ReadAsync(record.Offset).ToRecordsAsync(record.Offset, atMost: 1);
            Assert.Equal(record, Assert.Single(next));
            DateTimeOffset time = DateTimeOffset.FromUnixTimeMilliseconds(record.Timestamp);
            Assert.Equal(records.First(other => other.Timestamp >= record.Timestamp).Offset, log.FindOffset(time));
        }
    }

    private static void CheckDerivedState(Log log)
    {
        Assert.Equal((0, SmallLog.SecondEpoch), log.EndOffsetForEpoch(0));
        Assert.Equal((1, log.LogEndOffset), log.EndOffsetForEpoch(1));
        AppendResult again = log.Append(SmallLog.LastBatch());
        Assert.Equal(new AppendResult(log.LogEndOffset - 2, log.LogEndOffset - 1, IsDuplicate: true), again);
    }

    private enum Outcome
    {
        Whole,
        Torn,
        Reported,
    }

    [Flags]
    private enum Allowed
    {
        Nothing = 0,
        Report = 1,
        TornTail = 2,
    }
}
