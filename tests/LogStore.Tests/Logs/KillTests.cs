using System.Globalization;
using LogStore.Records;
using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Logs;

/// <summary>
/// A process that appends from several threads is killed at random moments, a hundred times over the same log. Each record
/// that it has acknowledged is there, at its offset, in its writer's order, once.
/// </summary>
public sealed class KillTests
{
    private const int Rounds = 100;
    private const int MostAcknowledged = 400;
    private const int Writers = 4;

    private readonly Dictionary<(int Writer, int Number), long> _acknowledged = [];
    private readonly Dictionary<(int Writer, int Number), long> _found = [];
    private readonly List<(int Writer, int Number)> _fresh = [];
    private readonly int[] _next = new int[Writers];
    private long _checked;

    [Fact]
    public Task AcknowledgedRecordsOutliveTheProcess() => Seeds.ForEachAsync(1, async random =>
    {
        using TemporaryDirectory directory = new();
        for (int round = 1; round <= Rounds; round++)
        {
            await RunAndKillAsync(directory.Path, random, follow: round % 5 == 0);
            await CheckAsync(directory.Path, recover: round % 2 == 0);
        }

        // All of it once more: no recovery has touched what an earlier round had found.
        Assert.True(_acknowledged.Count > Rounds);
        (_checked, long end) = (0, _checked);
        _found.Clear();
        Array.Clear(_next);
        _fresh.AddRange(_acknowledged.Keys);
        await CheckAsync(directory.Path, recover: true);
        Assert.Equal(end, _checked);
    });

    private async Task RunAndKillAsync(string directory, Random random, bool follow)
    {
        // Writer 0 sends its last batch again: the log must know it, as a producer that got no answer would expect.
        int[] first = [Math.Max(0, _next[0] - 1), .. _next.Skip(1)];
        using WriterProcess process = WriterProcess.Append(directory, first);
        using CancellationTokenSource killed = new();
        TaskCompletionSource running = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource far = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int left = random.Next(1, MostAcknowledged); // The moment of the kill is what is random here.
        Task acks = process.ReadAcksAsync((writer, number, offset) =>
        {
            running.TrySetResult();
            if (--left == 0) far.TrySetResult();
            if (writer == 0 && _acknowledged.TryGetValue((writer, number), out long before)) Assert.Equal(before, offset);
            _acknowledged[(writer, number)] = offset;
            _fresh.Add((writer, number));
        });
        await Task.WhenAny(running.Task, acks);
        Assert.False(acks.IsCompleted, "the writer died by itself");
        Task following = follow ? FollowAsync(directory, killed.Token) : Task.CompletedTask;
        await Task.WhenAny(far.Task, acks);
        await process.KillAsync();
        await acks;
        await killed.CancelAsync();
        await following;
    }

    private static async Task FollowAsync(string directory, CancellationToken killed)
    {
        await using ReadOnlyLog log = await ReadOnlyLog.OpenAsync(directory, CancellationToken.None);
        long next = log.LogEndOffset;
        try
        {
            await foreach (RecordBatch batch in log.ReadAsync(next, ReadMode.Follow, killed))
            {
                Assert.Equal(next, batch.BaseOffset);
                next = batch.NextOffset;
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Every other round only looks, so that the next writer is the one that recovers.</summary>
    private async Task CheckAsync(string directory, bool recover)
    {
        if (recover)
        {
            await using Log log = await Log.OpenAsync(new LogOptions { Directory = directory });
            Take(await log.ReadAsync(_checked).ToRecordsAsync(_checked));
        }
        else
        {
            await using ReadOnlyLog log = await ReadOnlyLog.OpenAsync(directory);
            Take(await log.ReadAsync(_checked).ToRecordsAsync(_checked));
        }

        foreach ((int, int) key in _fresh) Assert.Equal(_acknowledged[key], _found[key]);
        _fresh.Clear();
    }

    private void Take(List<StoredRecord> records)
    {
        foreach (StoredRecord record in records)
        {
            string[] words = record.Value.Split(' ');
            int writer = int.Parse(words[0], CultureInfo.InvariantCulture);
            int number = int.Parse(words[1], CultureInfo.InvariantCulture);
            Assert.Equal(_checked++, record.Offset);
            Assert.Equal(_next[writer]++, number);
            _found.Add((writer, number), record.Offset);
        }
    }
}
