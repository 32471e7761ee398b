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
    public void AnEmptyDirectoryHoldsNothingOfEarlierLives() =>
        Assert.Equal(new DirectoryLife(CreatedIn: 5, IntactSince: 5), DirectoryLife.Begin(_data, 5));

    [Fact]
    public void WhatAProcessLeavesIsThereForTheNext()
    {
        DirectoryLife.Begin(_data, 5);
        Assert.Equal(new DirectoryLife(5, 5), DirectoryLife.Begin(_data, 9));
    }

    [Fact]
    public void ALossOfPowerMayHaveTakenWhatWasNotFlushed()
    {
        DirectoryLife.Begin(_data, 5);
        StartTheMachineAnew();
        Assert.Equal(new DirectoryLife(5, 9), DirectoryLife.Begin(_data, 9));
    }

    [Fact]
    public void ACleanEndLosesNothingWhateverTheMachineDoes()
    {
        DirectoryLife.Begin(_data, 5).End(_data);
        StartTheMachineAnew();
        Assert.Equal(new DirectoryLife(5, 5), DirectoryLife.Begin(_data, 9));
        StartTheMachineAnew(); // In the middle of the life that has begun there.
        Assert.Equal(new DirectoryLife(5, 12), DirectoryLife.Begin(_data, 12));
    }

    [Fact]
    public void ADamagedMarkIsNotTakenForAnEmptyDirectory()
    {
        _data.ReplaceFile(DirectoryLife.FileName, "created.in=x\n"u8);
        Assert.Throws<CorruptLogException>(() => DirectoryLife.Begin(_data, 5));
    }

    public async ValueTask InitializeAsync() =>
        _data = await DataDirectory.OpenAsync(new DataDirectoryOptions { Directory = _directory.Path });

    public async ValueTask DisposeAsync()
    {
        await _data.DisposeAsync();
        _directory.Dispose();
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
