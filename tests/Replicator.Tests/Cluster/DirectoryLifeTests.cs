using System.Text;
using LogStore.Replicator.Cluster;
using LogStore.Topics;
using Xunit;

namespace LogStore.Replicator.Tests.Cluster;

/// <summary>What a broker may have lost when it comes up again (KIP-903).</summary>
public sealed class DirectoryLifeTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private DataDirectory _data = null!;

    [Fact]
    public void AnEmptyDirectoryHoldsNothingOfEarlierLives() => Assert.Equal((5, 5), Begin(5));

    [Fact]
    public void WhatAProcessLeavesIsThereForTheNext()
    {
        Begin(5);
        Assert.Equal((5, 5), Begin(9));
    }

    [Fact]
    public void ALossOfPowerMayHaveTakenWhatWasNotFlushed()
    {
        Begin(5);
        StartTheMachineAnew();
        Assert.Equal((5, 9), Begin(9));
    }

    [Fact]
    public void ACleanEndLosesNothingWhateverTheMachineDoes()
    {
        Begin(5);
        DirectoryLife.TryRead(_data)!.End(_data);
        StartTheMachineAnew();
        Assert.Equal((5, 5), Begin(9));
        StartTheMachineAnew(); // In the middle of the life that has begun there.
        Assert.Equal((5, 12), Begin(12));
    }

    [Fact]
    public void ADamagedMarkIsNotTakenForAnEmptyDirectory()
    {
        _data.ReplaceFile(DirectoryLife.FileName, "created.in=x\n"u8);
        Assert.Throws<CorruptLogException>(() => DirectoryLife.TryRead(_data));
    }

    /// <summary>Its process ended before, or after, the authority took note of a life.</summary>
    [Fact]
    public void ADirectoryIsKnownByItsLastLifeAndByTheOneThatWasAboutToBegin()
    {
        DirectoryLife.Begin(_data, last: null, "first", 5);
        DirectoryLife.TryRead(_data)!.Announce(_data, "first", "second");
        StartTheMachineAnew();
        DirectoryLife left = DirectoryLife.TryRead(_data)!;
        Assert.True(left.IsOf("first"));
        Assert.True(left.IsOf("second"));
        Assert.False(left.IsOf("third"));
        Assert.False(left.IsOf(null));
        // What the machine took is not forgotten over it.
        Assert.Equal(9, DirectoryLife.Begin(_data, left, "second", 9).IntactSince);
        Assert.False(DirectoryLife.TryRead(_data)!.IsOf("first"));
    }

    public async ValueTask InitializeAsync() =>
        _data = await DataDirectory.OpenAsync(new DataDirectoryOptions { Directory = _directory.Path });

    public async ValueTask DisposeAsync()
    {
        await _data.DisposeAsync();
        _directory.Dispose();
    }

    private (long CreatedIn, long IntactSince) Begin(long epoch)
    {
        DirectoryLife life = DirectoryLife.Begin(_data, DirectoryLife.TryRead(_data), $"life {epoch}", epoch);
        return (life.CreatedIn, life.IntactSince);
    }

    private void StartTheMachineAnew()
    {
        string[] lines = Encoding.ASCII.GetString(_data.TryReadFile(DirectoryLife.FileName)!).Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            if (lines[index].StartsWith("boot.id=", StringComparison.Ordinal)) lines[index] = "boot.id=an earlier one";
        }

        _data.ReplaceFile(DirectoryLife.FileName, Encoding.ASCII.GetBytes(string.Join('\n', lines)));
    }
}
