using LogStore.Tests.Logs.Support;
using Xunit;

namespace LogStore.Tests.Logs;

/// <summary>One writer at a time, whoever it is.</summary>
public sealed class DirectoryLockTests
{
    [Fact]
    public async Task TheSecondInstanceInAProcessIsToldWhoHoldsTheLog()
    {
        using TemporaryDirectory directory = new();
        await using Log log = await Log.OpenAsync(new LogOptions { Directory = directory.Path });
        DirectoryInUseException error = await RefusedAsync(directory.Path);
        Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, log.Append(Batches.Of("the first is not disturbed"), AckWhen.Flushed).BaseOffset);
    }

    [Fact]
    public async Task AnotherProcessHoldsTheLogUntilItIsKilled()
    {
        using TemporaryDirectory directory = new();
        using WriterProcess holder = await WriterProcess.HoldAsync(directory.Path);
        DirectoryInUseException error = await RefusedAsync(directory.Path);
        Assert.Contains($"process {holder.Id}", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);

        await holder.KillAsync();
        await using Log log = await Log.OpenAsync(new LogOptions { Directory = directory.Path });
        Assert.Equal(0, log.LogEndOffset);
    }

    private static Task<DirectoryInUseException> RefusedAsync(string directory) =>
        Assert.ThrowsAsync<DirectoryInUseException>(
            async () => await Log.OpenAsync(new LogOptions { Directory = directory }));
}
