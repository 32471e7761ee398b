using System.Globalization;
using System.Text;
using LogStore.Replicator.Metadata;
using Xunit;

namespace LogStore.Replicator.Tests.Metadata;

/// <summary>What every metadata store must do.</summary>
/// <remarks>Each test has a store of its own, or a part of one that no other test sees.</remarks>
public abstract class MetadataStoreTests : IAsyncLifetime
{
    private readonly List<IMetadataStore> _opened = [];

    /// <summary>The store of the test.</summary>
    protected IMetadataStore Store { get; private set; } = null!;

    /// <summary>The shortest lease that the store keeps to.</summary>
    protected abstract TimeSpan ShortLease { get; }

    /// <summary>A lease that does not expire during a test.</summary>
    protected static TimeSpan LongLease => TimeSpan.FromMinutes(5);

    public virtual async ValueTask InitializeAsync() => Store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        foreach (IMetadataStore store in _opened) await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task WhatIsPutIsFoundUnderItsKeyOnly()
    {
        MetadataResult result = await Store.TransactAsync(new MetadataTransaction().Put("brokers/1", Bytes("one")));
        Assert.True(result.Succeeded);
        MetadataEntry? found = await Store.GetAsync("brokers/1");
        Assert.Equal("brokers/1=6F6E65 @" + result.Revision + " lease 0", StoreWatcher.Describe(found!));
        Assert.Null(await Store.GetAsync("brokers/"));
        Assert.Null(await Store.GetAsync("brokers/11"));
    }

    [Fact]
    public async Task AValueMayBeEmptyOrAMebibyte()
    {
        byte[] large = new byte[MetadataEntry.MaxValueBytes];
        SeededRandom.Create().NextBytes(large);
        await PutAsync("empty", []);
        await PutAsync("large", large);
        Assert.Equal(0, (await Store.GetAsync("empty"))!.Value.Length);
        Assert.True((await Store.GetAsync("large"))!.Value.Span.SequenceEqual(large));
    }

    [Fact]
    public async Task AListHasWhatBeginsWithThePrefixInTheOrderOfTheKeys()
    {
        string[] keys = ["b/2", "a/~", "b", "b/10", "b/1/x", "c", "b0", "b/~", "a"];
        foreach (string key in keys) await PutAsync(key, [1]);
        Assert.Equal(["b/1/x", "b/10", "b/2", "b/~"], await KeysAsync("b/"));
        Assert.Equal(["b", "b/1/x", "b/10", "b/2", "b/~", "b0"], await KeysAsync("b"));
        Assert.Equal(["a/~"], await KeysAsync("a/~"));
        Assert.Equal(["a", "a/~", "b", "b/1/x", "b/10", "b/2", "b/~", "b0", "c"], await KeysAsync(""));
        Assert.Empty(await KeysAsync("d"));
    }

    [Fact]
    public async Task AListOfThousandsIsComplete()
    {
        for (int block = 0; block < 12; block++)
        {
            MetadataTransaction transaction = new();
            for (int i = 0; i < 100; i++) transaction.Put($"many/{block:00}{i:00}", new byte[600]);
            await Store.TransactAsync(transaction);
        }

        Assert.Equal(Enumerable.Range(0, 1200).Select(i => $"many/{i:0000}"), await KeysAsync("many/"));
    }

    [Fact]
    public async Task AChangeOnAnOldVersionIsRefused()
    {
        long first = await PutAsync("leader", [1]);
        long second = await PutAsync("leader", [2]);
        MetadataResult refused = await Store.TransactAsync(
            new MetadataTransaction().If("leader", first).Put("leader", Value(3)));
        Assert.False(refused.Succeeded);
        MetadataResult done = await Store.TransactAsync(
            new MetadataTransaction().If("leader", second).Put("leader", Value(4)));
        Assert.True(done.Succeeded);
        Assert.Equal(Value(4), (await Store.GetAsync("leader"))!.Value);
    }

    [Fact]
    public async Task VersionZeroMeansThatThereIsNoEntry()
    {
        Assert.True((await Store.TransactAsync(new MetadataTransaction().If("a", 0).Put("a", Value(1)))).Succeeded);
        Assert.False((await Store.TransactAsync(new MetadataTransaction().If("a", 0).Put("a", Value(2)))).Succeeded);
        Assert.True((await Store.TransactAsync(new MetadataTransaction().Delete("a"))).Succeeded);
        Assert.True((await Store.TransactAsync(new MetadataTransaction().If("a", 0).Put("a", Value(3)))).Succeeded);
    }

    [Fact]
    public async Task ATransactionHappensAsAWholeOrNotAtAll()
    {
        long version = await PutAsync("a", [1]);
        await PutAsync("c", [1]);
        MetadataTransaction refused = new MetadataTransaction()
            .If("a", version).If("b", 77).Put("a", Value(2)).Put("b", Value(2)).Delete("c");
        Assert.False((await Store.TransactAsync(refused)).Succeeded);
        Assert.Equal(["a", "c"], await KeysAsync(""));

        MetadataTransaction done = new MetadataTransaction()
            .If("a", version).If("b", 0).Put("a", Value(2)).Put("b", Value(2)).Delete("c");
        MetadataResult result = await Store.TransactAsync(done);
        Assert.True(result.Succeeded);
        MetadataSnapshot after = await Store.ListAsync("");
        Assert.Equal(["a", "b"], after.Entries.Select(entry => entry.Key));
        Assert.All(after.Entries, entry => Assert.Equal(result.Revision, entry.Version));
    }

    [Fact]
    public async Task ConditionsAloneAreAnswered()
    {
        long version = await PutAsync("a", [1]);
        Assert.True((await Store.TransactAsync(new MetadataTransaction().If("a", version))).Succeeded);
        Assert.False((await Store.TransactAsync(new MetadataTransaction().If("a", version + 1))).Succeeded);
    }

    [Fact]
    public async Task VersionsOnlyRise()
    {
        List<long> versions = [];
        for (int i = 0; i < 20; i++)
        {
            versions.Add(await PutAsync($"key-{i % 3}", [1]));
            if (i % 4 == 0) await Store.TransactAsync(new MetadataTransaction().Delete($"key-{i % 3}"));
        }

        Assert.Equal(versions.Order().Distinct(), versions);
    }

    [Fact]
    public async Task DeletingWhatIsNotThereIsNoError()
    {
        Assert.True((await Store.TransactAsync(new MetadataTransaction().Delete("nothing"))).Succeeded);
        long version = await PutAsync("a", [1]);
        Assert.True((await Store.TransactAsync(new MetadataTransaction().Delete("a").Put("b", Value(1)))).Succeeded);
        Assert.True(await PutAsync("a", [2]) > version);
        Assert.Equal(["a", "b"], await KeysAsync(""));
    }

    [Fact]
    public async Task ATransactionMayHave128ConditionsAndChanges()
    {
        MetadataTransaction create = new();
        for (int i = 0; i < MetadataTransaction.MaxOperations; i++)
            create.If($"k{i:000}", 0).Put($"k{i:000}", Value(1));
        Assert.True((await Store.TransactAsync(create)).Succeeded);
        Assert.Equal(MetadataTransaction.MaxOperations, (await KeysAsync("k")).Length);
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await Store.TransactAsync(create.Put("one-too-many", Value(1))));
    }

    [Fact]
    public async Task WhatNoStoreCouldDoIsRefusedAtOnce()
    {
        MetadataTransaction twice = new MetadataTransaction().Put("a", Value(1)).Delete("a");
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.TransactAsync(twice));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.GetAsync("näme"));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.GetAsync(""));
        MetadataTransaction large = new MetadataTransaction().Put("a", new byte[MetadataEntry.MaxValueBytes + 1]);
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.TransactAsync(large));
    }

    [Fact]
    public async Task NoIncrementOfManyIsLost()
    {
        const int Workers = 8, Increments = 10;
        IMetadataStore other = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker =>
            Task.Run(() => IncrementAsync(worker % 2 == 0 ? Store : other, "counter", Increments))));
        Assert.Equal(Workers * Increments, Number(await Store.GetAsync("counter")));
    }

    [Fact]
    public async Task ALeaseThatIsNotRenewedTakesItsEntriesWithItAndWatchersAreTold()
    {
        IMetadataStore other = await OpenAsync();
        await using StoreWatcher here = await StoreWatcher.StartAsync(Store);
        await using StoreWatcher there = await StoreWatcher.StartAsync(other);
        MetadataLease lease = await Store.GrantLeaseAsync(ShortLease);
        MetadataTransaction transaction = new MetadataTransaction()
            .Put("a", Value(1), lease).Put("b", Value(1), lease).Put("c", Value(1));
        await Store.TransactAsync(transaction);
        foreach (StoreWatcher watcher in (StoreWatcher[])[here, there])
        {
            // The three are put as one: only when the lease is over is there one alone.
            await watcher.UntilAsync(state => state.Count == 1);
        }

        Assert.Equal(["c"], await KeysAsync(""));
        Assert.False(await Store.RenewLeaseAsync(lease));
        Assert.False((await Store.TransactAsync(new MetadataTransaction().Put("late", Value(1), lease))).Succeeded);
        Assert.Equal(["c"], await KeysAsync(""));
    }

    [Fact]
    public async Task ALeaseThatIsRenewedLivesOn()
    {
        MetadataLease kept = await Store.GrantLeaseAsync(ShortLease);
        MetadataLease let = await Store.GrantLeaseAsync(ShortLease);
        await Store.TransactAsync(new MetadataTransaction().Put("kept", Value(1), kept).Put("let", Value(1), let));
        await using StoreWatcher watcher = await StoreWatcher.StartAsync(Store);

        // The other lease is the clock: when it has expired, this one would have, too.
        Task expiry = watcher.UntilAsync(state => !state.ContainsKey("let"));
        while (!expiry.IsCompleted) Assert.True(await Store.RenewLeaseAsync(kept));

        await expiry;
        Assert.Equal(["kept"], await KeysAsync(""));
    }

    [Fact]
    public async Task AnybodyMayRevokeALease()
    {
        IMetadataStore other = await OpenAsync();
        MetadataLease lease = await Store.GrantLeaseAsync(LongLease);
        await Store.TransactAsync(new MetadataTransaction().Put("a", Value(1), lease).Put("b", Value(1)));
        await using StoreWatcher watcher = await StoreWatcher.StartAsync(Store);
        Assert.Equal(lease, watcher.State["a"].Lease);
        await other.RevokeLeaseAsync(lease);
        Assert.Equal(["b"], await KeysAsync(""));
        await watcher.UntilAsync(state => state.Count == 1);
        Assert.False(await Store.RenewLeaseAsync(lease));
        await other.RevokeLeaseAsync(lease);
    }

    [Fact]
    public async Task APutReplacesTheLease()
    {
        MetadataLease first = await Store.GrantLeaseAsync(LongLease), second = await Store.GrantLeaseAsync(LongLease);
        await Store.TransactAsync(
            new MetadataTransaction().Put("moved", Value(1), first).Put("freed", Value(1), first));
        await Store.TransactAsync(new MetadataTransaction().Put("moved", Value(2), second).Put("freed", Value(2)));
        await Store.RevokeLeaseAsync(first);
        Assert.Equal(["freed", "moved"], await KeysAsync(""));
        Assert.Equal(MetadataLease.None, (await Store.GetAsync("freed"))!.Lease);
        await Store.RevokeLeaseAsync(second);
        Assert.Equal(["freed"], await KeysAsync(""));
    }

    [Fact]
    public async Task AWatchBeginsWithTheStateAndTellsOnlyOfItsPrefix()
    {
        await PutAsync("a/1", [1]);
        await PutAsync("b/1", [1]);
        await using StoreWatcher watcher = await StoreWatcher.StartAsync(Store, "a/");
        Assert.Equal(["a/1"], watcher.State.Keys);
        await PutAsync("b/2", [1]);
        long version = await PutAsync("a/2", [2]);
        MetadataUpdate update = await watcher.NextAsync();
        Assert.False(update.IsSnapshot);
        Assert.Equal($"a/2=02 @{version} lease 0", StoreWatcher.Describe(Assert.Single(update.Put)));
        Assert.Equal(version, update.Revision);
        await Store.TransactAsync(new MetadataTransaction().Delete("a/1"));
        Assert.Equal(["a/1"], (await watcher.NextAsync()).Deleted);
    }

    [Fact]
    public async Task AWatchOfNothingBeginsEmpty()
    {
        await using StoreWatcher watcher = await StoreWatcher.StartAsync(Store, "none/");
        Assert.Empty(watcher.State);
    }

    [Fact]
    public async Task AWatchSeesWhatAnotherStoreWrites()
    {
        IMetadataStore other = await OpenAsync();
        await using StoreWatcher watcher = await StoreWatcher.StartAsync(Store);
        for (byte i = 0; i < 10; i++)
        {
            await other.TransactAsync(new MetadataTransaction().Put("key", Value(i)));
            await watcher.UntilAsync(
                state => state.TryGetValue("key", out MetadataEntry? entry) && entry.Value.Span[0] == i);
        }

        Assert.Equal(1, watcher.Snapshots);
    }

    [Fact]
    public async Task WhatIsDeletedAndPutAgainIsToldInItsLastForm()
    {
        await PutAsync("a", [1]);
        await using StoreWatcher watcher = await StoreWatcher.StartAsync(Store);
        await Store.TransactAsync(new MetadataTransaction().Delete("a"));
        await PutAsync("a", [2]);
        await watcher.UntilAsync(state => state.TryGetValue("a", out MetadataEntry? entry) && entry.Value.Span[0] == 2);
        await PutAsync("a", [3]);
        await Store.TransactAsync(new MetadataTransaction().Delete("a"));
        await watcher.UntilAsync(state => state.Count == 0);
    }

    [Fact]
    public async Task WatchesMissNothingUnderConcurrentWriters()
    {
        const int Writers = 4, Changes = 60;
        IMetadataStore other = await OpenAsync();
        Random seeds = SeededRandom.Create();
        await using StoreWatcher first = await StoreWatcher.StartAsync(Store);
        Task[] writing = [.. Enumerable.Range(0, Writers).Select(writer =>
        {
            Random random = new(seeds.Next());
            return Task.Run(() => WriteAtRandomAsync(writer % 2 == 0 ? Store : other, random, Changes));
        })];
        await using StoreWatcher later = await StoreWatcher.StartAsync(other, "k1");
        await Task.WhenAll(writing);
        await first.AssertEndsAsAsync(await Store.ListAsync(""));
        await later.AssertEndsAsAsync(await Store.ListAsync("k1"));
        Assert.Equal(1, first.Snapshots);
        Assert.Equal(1, later.Snapshots);
    }

    [Fact]
    public async Task CancellationEndsAWatch()
    {
        using CancellationTokenSource stopping = new();
        await using IAsyncEnumerator<MetadataUpdate> watch = Store.WatchAsync("", stopping.Token).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        Task<bool> next = watch.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    /// <summary>Opens the store of this test once more, as another process would.</summary>
    protected async Task<IMetadataStore> OpenAsync()
    {
        IMetadataStore store = await OpenStoreAsync();
        _opened.Add(store);
        return store;
    }

    protected abstract Task<IMetadataStore> OpenStoreAsync();

    /// <summary>Puts an entry and returns its version.</summary>
    protected async Task<long> PutAsync(string key, byte[] value)
    {
        MetadataResult result = await Store.TransactAsync(new MetadataTransaction().Put(key, value));
        Assert.True(result.Succeeded);
        return result.Revision;
    }

    protected async Task<string[]> KeysAsync(string prefix) =>
        [.. (await Store.ListAsync(prefix)).Entries.Select(entry => entry.Key)];

    protected static byte[] Value(byte value) => [value];

    /// <summary>Adds to a number by compare-and-set, whoever else does.</summary>
    protected static async Task IncrementAsync(IMetadataStore store, string key, int times)
    {
        while (times > 0)
        {
            MetadataEntry? entry = await store.GetAsync(key);
            byte[] next = Bytes((Number(entry) + 1).ToString(CultureInfo.InvariantCulture));
            MetadataTransaction transaction = new MetadataTransaction().If(key, entry?.Version ?? 0).Put(key, next);
            if ((await store.TransactAsync(transaction)).Succeeded) times--;
        }
    }

    private static async Task WriteAtRandomAsync(IMetadataStore store, Random random, int changes)
    {
        for (int i = 0; i < changes; i++)
        {
            MetadataTransaction transaction = new();
            foreach (int key in Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(24)).Distinct())
            {
                if (random.Next(3) == 0) transaction.Delete($"k{key:00}");
                else transaction.Put($"k{key:00}", BitConverter.GetBytes(random.Next()));
            }

            await store.TransactAsync(transaction);
        }
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static int Number(MetadataEntry? entry) =>
        entry is null ? 0 : int.Parse(Encoding.ASCII.GetString(entry.Value.Span), CultureInfo.InvariantCulture);
}
