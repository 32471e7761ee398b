using LogStore.Cluster.Tests.Histories;
using LogStore.Cluster.Tests.Processes;
using Xunit;

namespace LogStore.Cluster.Tests.Workloads;

/// <summary>Those who write to a topic and read it while the cluster is disturbed, and what they have seen.</summary>
internal sealed class Workload : IAsyncDisposable
{
    public const string Topic = "t";
    public const int Partitions = 3;

    /// <summary>Whose progress is waited for.</summary>
    private const int FirstWriter = 1;
    private const int Kafka = 100;

    private readonly ClusterProcesses _cluster;
    private readonly List<ClientWriter> _writers = [];
    private readonly PythonWriter _python;
    private readonly TopicReader _reader;

    private Workload(ClusterProcesses cluster)
    {
        _cluster = cluster;
        for (int writer = FirstWriter; writer < FirstWriter + 2; writer++)
            _writers.Add(new ClientWriter(writer, cluster.BootstrapServers, Topic, History));
        _python = new PythonWriter(Kafka, cluster.BootstrapServers, Topic, History);
        _reader = TopicReader.Follow(cluster.BootstrapServers, Topic, History);
    }

    public History History { get; } = new(Partitions);

    /// <summary>Makes the topic and has everybody begin; returns when all of them have got through.</summary>
    public static async Task<Workload> StartAsync(ClusterProcesses cluster, ClusterView view)
    {
        // Segments are short, so that faults meet new ones too.
        await view.CreateTopicAsync(Topic, Partitions, ("segment.bytes", "65536"));
        Workload workload = new(cluster);
        Task<long>[] python = [.. Enumerable.Range(0, Partitions).Select(each => workload.History.WhenGoneOnAsync(Kafka, each))];
        await workload.GoOnAsync("at the start");
        await Task.WhenAll(python).WaitAsync(Poll.Patience);
        return workload;
    }

    /// <summary>
    /// Waits until in each partition something was acknowledged that was written after this call: when, by partition, as
    /// timestamps.
    /// </summary>
    public Task<long[]> GoOnAsync(string when) => GoOnAsync(when, [.. Enumerable.Range(0, Partitions)]);

    /// <summary>As <see cref="GoOnAsync(string)"/>, in some of the partitions.</summary>
    public async Task<long[]> GoOnAsync(string when, int[] partitions)
    {
        Task<long>[] all = [.. partitions.Select(each => History.WhenGoneOnAsync(FirstWriter, each))];
        try
        {
            return await Task.WhenAll(all).WaitAsync(Poll.Patience);
        }
        catch (TimeoutException exception)
        {
            string stuck = string.Join(", ", partitions.Where((_, index) => !all[index].IsCompleted));
            throw new TimeoutException(
                $"{when}: within {Poll.Patience.TotalSeconds} s nothing was acknowledged in partitions {stuck}. " +
                string.Join("; ", History.Failures.TakeLast(3)),
                exception);
        }
    }

    /// <summary>Has everybody end, and holds what they have seen against what is there.</summary>
    public async Task CheckAsync(ClusterView view)
    {
        foreach (ClientWriter writer in _writers) await WithinAsync("our producer", writer.StopAsync());
        await WithinAsync("kafka-python", _python.StopAsync());
        await view.WhenAllInSyncAsync();
        IReadOnlyList<IReadOnlyList<Entry>> final = await TopicReader.ReadAsync(_cluster.BootstrapServers, Topic, Partitions);
        await Poll.UntilAsync(
            "the reader has read all",
            () => Task.FromResult(Enumerable.Range(0, Partitions).All(each => _reader.PositionIn(each) >= final[each].Count)),
            () => $"{_reader.Failure} " + string.Join(' ', Enumerable.Range(0, Partitions).Select(each => $"{_reader.PositionIn(each)}/{final[each].Count}")));
        await _reader.StopAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{History.Acknowledged.Count} records were acknowledged, {_python.Acknowledged} of them kafka-python's; " +
            $"{final.Sum(each => each.Count)} are there; {History.Failures.Count} were given up");
        Assert.Empty(HistoryChecker.Check(History, final));
        // An idempotent producer has no reason to give anything up: the cluster was never away for so long.
        string[] ours = [.. History.Failures.Where(failure => !failure.StartsWith($"'{Kafka} ", StringComparison.Ordinal))];
        Assert.True(ours.Length == 0, string.Join('\n', ours));
        Assert.Equal([.. Enumerable.Range(0, Partitions)], History.Seen.Select(each => each.Partition).Distinct().Order());
        await ReplicaComparison.StopAndCompareAsync(_cluster, [.. final.Select(each => (long)each.Count)]);
    }

    private async Task WithinAsync(string who, Task stopping)
    {
        try
        {
            await stopping.WaitAsync(TimeSpan.FromMinutes(1));
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{who} did not come to its end. {string.Join("; ", History.Outstanding())}", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _python.DisposeAsync();
        await _reader.DisposeAsync();
        await Task.WhenAll(_writers.Select(writer => writer.DisposeAsync().AsTask())).WaitAsync(TimeSpan.FromMinutes(1))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
