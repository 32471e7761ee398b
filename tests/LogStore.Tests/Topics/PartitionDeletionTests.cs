using LogStore.Tests.Logs.Storages;
using LogStore.Tests.Logs.Support;
using LogStore.Topics;
using Xunit;

namespace LogStore.Tests.Topics;

/// <summary>Partitions that come and go one by one, in a topic whose id was given elsewhere.</summary>
public sealed class PartitionDeletionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new(inMemory: true);

    private DataDirectoryOptions Options => new() { Directory = _directory.Path };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task ATopicKeepsTheIdThatItWasGiven()
    {
        Guid id = Guid.NewGuid();
        await using (DataDirectory data = await DataDirectory.OpenAsync(Options))
        {
            Assert.Equal(id, (await data.CreateTopicAsync("orders", id, 2)).Id);
            await Assert.ThrowsAsync<TopicExistsException>(async () => await data.CreateTopicAsync("orders", id, 2));
        }

        await using DataDirectory again = await DataDirectory.OpenAsync(Options);
        Assert.Equal(id, again.GetTopic("orders").Id);
    }

    [Fact]
    public async Task ADeletedPartitionIsGoneAndTheOthersStay()
    {
        await using DataDirectory data = await DataDirectory.OpenAsync(Options);
        await data.CreateTopicAsync("orders", 2);
        Assert.False(data.IsPartitionPresent("orders", 1));
        Assert.False(await data.DeletePartitionAsync("orders", 1));
        (await data.OpenPartitionAsync("orders", 0)).Append(Batches.Of("a"));
        Log deleted = await data.OpenPartitionAsync("orders", 1);
        deleted.Append(Batches.Of("b"));
        Assert.True(data.IsPartitionPresent("orders", 1));
        Assert.True(await data.DeletePartitionAsync("orders", 1));
        Assert.False(data.IsPartitionPresent("orders", 1));
        Assert.Throws<ObjectDisposedException>(() => deleted.Append(Batches.Of("c")));
        await data.AlterTopicAsync("orders", LogConfig.Default with { MaxMessageBytes = 500 });
        Assert.False(data.IsPartitionPresent("orders", 1));
        Assert.Equal(1, (await data.OpenPartitionAsync("orders", 0)).LogEndOffset);
        Log anew = await data.OpenPartitionAsync("orders", 1);
        Assert.Equal((0, 500), (anew.LogEndOffset, anew.Config.MaxMessageBytes));
        Assert.True(await data.DeletePartitionAsync("orders", 1));
        Assert.Equal([_directory["orders-0"]], Directory.GetDirectories(_directory.Path));
    }

    [Fact]
    public async Task WhatIsSetAsideKeepsItsRecordsAndMakesRoomForANewLog()
    {
        await using DataDirectory data = await DataDirectory.OpenAsync(Options);
        Topic topic = await data.CreateTopicAsync("orders", 2);
        for (int partition = 0; partition < 2; partition++)
            (await data.OpenPartitionAsync("orders", partition)).Append(Batches.Of("a"));
        Assert.True(await data.SetPartitionAsideAsync("orders", 1));
        Assert.Equal(0, (await data.OpenPartitionAsync("orders", 1)).LogEndOffset);
        Assert.True(await data.DeletePartitionAsync("orders", 1));

        await data.SetTopicAsideAsync("orders");
        Assert.Empty(data.Topics);
        await data.CreateTopicAsync("orders", 1);
        Assert.Equal(0, (await data.OpenPartitionAsync("orders", 0)).LogEndOffset);
        for (int partition = 0; partition < 2; partition++)
        {
            await using ReadOnlyLog kept = await ReadOnlyLog.OpenAsync(
                _directory[$"orders-{partition}.{topic.Id:N}{DataDirectory.StraySuffix}"]);
            Assert.Equal(1, kept.LogEndOffset);
        }
    }

    [Fact]
    public async Task APartitionThatCannotBeOpenedCanBeDeleted()
    {
        Directory.CreateDirectory(_directory["orders-0"]);
        await using DataDirectory data = await DataDirectory.OpenAsync(Options);
        await data.CreateTopicAsync("orders", 1);
        await File.WriteAllBytesAsync(_directory["orders-0/00000000000000000000.log"], [1, 2, 3]);
        await File.WriteAllBytesAsync(_directory["orders-0/00000000000000000009.log"], Batches.Of("a").Bytes.ToArray());
        await Assert.ThrowsAsync<CorruptLogException>(async () => await data.OpenPartitionAsync("orders", 0));
        Assert.True(await data.DeletePartitionAsync("orders", 0));
        Assert.Equal(0, (await data.OpenPartitionAsync("orders", 0)).LogEndOffset);
    }

    /// <summary>Every call of the deletion fails once, in the place of a crash there.</summary>
    [Fact]
    public async Task AHalfDeletedPartitionDoesNotKeepTheDirectoryFromBeingOpened()
    {
        bool failed = true;
        for (int failAt = 1; failed; failAt++)
        {
            Assert.InRange(failAt, 1, 200);
            await using (DataDirectory data = await DataDirectory.OpenAsync(Options))
            {
                if (data.FindTopic("orders") is null) await data.CreateTopicAsync("orders", 1);
                (await data.OpenPartitionAsync("orders", 0)).Append(Batches.Of("a"), AckWhen.Flushed);
            }

            FaultyStorage storage = new(FaultKind.Error, failAt);
            failed = false;
            try
            {
                await using DataDirectory faulty = await DataDirectory.OpenAsync(Options with { Storage = storage });
                await faulty.DeletePartitionAsync("orders", 0);
            }
            catch (IOException)
            {
                failed = true;
            }

            await using DataDirectory again = await DataDirectory.OpenAsync(Options);
            if (!failed) Assert.False(again.IsPartitionPresent("orders", 0));
            Assert.InRange((await again.OpenPartitionAsync("orders", 0)).LogEndOffset, 0, 1);
            await again.DeletePartitionAsync("orders", 0);
            Assert.Empty(Directory.GetDirectories(_directory.Path));
        }
    }
}
