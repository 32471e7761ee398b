using LogStore.Sinks.Sqlite.Tests.Support;

namespace LogStore.Sinks.Sqlite.Tests;

/// <summary>What is alive as a sink goes on; alone, as what other tests hold would count.</summary>
[Collection(nameof(Alone))]
public sealed class MemoryTests
{
    [Theory]
    [InlineData(SinkMode.Offset)]
    [InlineData(SinkMode.MessageId)]
    [InlineData(SinkMode.SeenIds)]
    public async Task MemoryDoesNotGrowWithTheTopic(SinkMode mode)
    {
        await using LocalTopic topic = await LocalTopic.CreateAsync();
        for (int i = 0; i < 100; i++)
            await topic.AppendAsync(0, [.. Enumerable.Range(i * 1000, 1000).Select(id => Accounts.Record(id, $"a{id % 40}", 1))]);
        List<long> live = [];
        using SqliteSink sink = new(topic.Options with { Mode = mode, SeenRecords = 1000 })
        {
            // Once in ten thousand records: what is alive then, and not what is yet to be collected.
            Progressed = counts => live.AddRange(counts.Applied / 10_000 > live.Count ? [GC.GetTotalMemory(forceFullCollection: true)] : []),
        };
        await topic.RunAsync(sink);
        Assert.Equal(100_000, sink.Statistics.Applied);
        // The topic has five megabytes and more.
        Assert.True(live[^1] - live[0] < 1 << 20, $"bytes alive as it went on: {string.Join(", ", live)}");
    }
}

/// <summary>Tests that measure what the whole process has.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
