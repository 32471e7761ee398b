using System.Text;
using LogStore.IO;
using LogStore.Tests.Logs.Storages;
using Xunit;

namespace LogStore.Tests.Topics;

/// <summary>What a power loss leaves of small files that are replaced whole.</summary>
public sealed class DurableFileTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatWasReplacedIsThereAfterAPowerLoss(bool isSecret)
    {
        using TemporaryDirectory directory = new();
        RecordingStorage storage = new(directory.Path);
        foreach (string content in new[] { "first", "second, longer", "third" })
        {
            DurableFile.Replace(storage, directory["file"], Encoding.UTF8.GetBytes(content), isSecret);
            (string name, byte[] left) = Assert.Single(storage.AfterPowerLoss().Files);
            Assert.Equal(("file", content), (name, Encoding.UTF8.GetString(left)));
        }
    }

    [Fact]
    public void ASecretIsReadableForItsOwnerAloneWhateverWasThereBefore()
    {
        if (OperatingSystem.IsWindows()) return;
        using TemporaryDirectory directory = new();
        File.WriteAllText(directory["file"], "old");
        File.WriteAllText(directory["file.tmp"], "left by a crash, readable for all");
        DurableFile.Replace(directory["file"], "secret"u8, isSecret: true);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(directory["file"]));
        Assert.Equal("secret", File.ReadAllText(directory["file"]));
    }
}
