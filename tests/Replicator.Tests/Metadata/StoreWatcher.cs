using LogStore.Replicator.Metadata;
using Xunit;

namespace LogStore.Replicator.Tests.Metadata;

/// <summary>Follows a watch, and has the state that its updates add up to.</summary>
internal sealed class StoreWatcher : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _stopping = new();
    private readonly IAsyncEnumerator<MetadataUpdate> _updates;

    private StoreWatcher(IMetadataStore store, string prefix) =>
        _updates = store.WatchAsync(prefix, _stopping.Token).GetAsyncEnumerator();

    public SortedDictionary<string, MetadataEntry> State { get; } = new(StringComparer.Ordinal);

    public long Revision { get; private set; } = -1;

    public int Snapshots { get; private set; }

    /// <summary>Starts to watch, and takes the snapshot that comes first.</summary>
    public static async Task<StoreWatcher> StartAsync(IMetadataStore store, string prefix = "")
    {
        StoreWatcher watcher = new(store, prefix);
        MetadataUpdate first = await watcher.NextAsync();
        Assert.True(first.IsSnapshot);
        return watcher;
    }

    public async Task<MetadataUpdate> NextAsync()
    {
        Assert.True(await _updates.MoveNextAsync().AsTask().WaitAsync(Limit));
        MetadataUpdate update = _updates.Current;
        Apply(update);
        return update;
    }

    /// <summary>Follows until the state is as it should be; fails when it does not become so.</summary>
    public async Task UntilAsync(Func<SortedDictionary<string, MetadataEntry>, bool> isReached)
    {
        while (!isReached(State)) await NextAsync();
    }

    /// <summary>Follows up to a revision, and compares with what the store has: nothing was missed.</summary>
    public async Task AssertEndsAsAsync(MetadataSnapshot expected)
    {
        while (Revision < expected.Revision && !IsEqual(expected)) await NextAsync();
        Assert.Equal(expected.Entries.Select(Describe), State.Values.Select(Describe));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _updates.DisposeAsync();
        _stopping.Dispose();
    }

    public static string Describe(MetadataEntry entry) =>
        $"{entry.Key}={Convert.ToHexString(entry.Value.Span)} @{entry.Version} lease {entry.Lease.Id}";

    private bool IsEqual(MetadataSnapshot expected) =>
        expected.Entries.Select(Describe).SequenceEqual(State.Values.Select(Describe));

    private void Apply(MetadataUpdate update)
    {
        Assert.True(update.Revision >= Revision, $"{update.Revision} comes after {Revision}");
        if (update.IsSnapshot)
        {
            State.Clear();
            Snapshots++;
            Assert.Empty(update.Deleted);
        }

        string[] keys = [.. update.Put.Select(entry => entry.Key), .. update.Deleted];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        foreach (MetadataEntry entry in update.Put)
        {
            Assert.True(update.IsSnapshot || entry.Version > Revision, $"{entry.Key} was told of twice");
            Assert.True(entry.Version <= update.Revision);
            State[entry.Key] = entry;
        }

        foreach (string key in update.Deleted) State.Remove(key);
        Revision = update.Revision;
    }
}
