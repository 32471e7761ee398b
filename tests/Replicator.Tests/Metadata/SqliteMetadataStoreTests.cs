using System.Diagnostics;
using System.Runtime.InteropServices;
using LogStore.Replicator.Metadata;
using LogStore.Replicator.Metadata.Sqlite;
using Microsoft.Data.Sqlite;
using Xunit;

namespace LogStore.Replicator.Tests.Metadata;

public sealed class SqliteMetadataStoreTests : MetadataStoreTests
{
    private readonly TemporaryDirectory _directory = new();

    protected override TimeSpan ShortLease => TimeSpan.FromSeconds(1);

    private string File => _directory["metadata.db"];

    private SqliteMetadataOptions Options => new() { Path = File };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task WhatIsAnsweredIsThereAfterReopening()
    {
        long version = await PutAsync("a", [1]);
        MetadataLease lease = await Store.GrantLeaseAsync(LongLease);
        await Store.DisposeAsync();
        await using SqliteMetadataStore reopened = await SqliteMetadataStore.OpenAsync(Options);
        Assert.Equal(version, (await reopened.GetAsync("a"))!.Version);
        Assert.True(await reopened.RenewLeaseAsync(lease));
        Assert.True((await reopened.TransactAsync(new MetadataTransaction().Put("a", Value(2)))).Revision > version);
    }

    [Fact]
    public async Task LeasesEndWithTheBootOfTheHost()
    {
        MetadataLease lease = await Store.GrantLeaseAsync(LongLease);
        await Store.TransactAsync(new MetadataTransaction().Put("leased", Value(1), lease).Put("kept", Value(1)));
        await Store.DisposeAsync();
        Execute("UPDATE store SET boot_id = 'an earlier one'");
        await using SqliteMetadataStore reopened = await SqliteMetadataStore.OpenAsync(Options);
        Assert.Equal(["kept"], (await reopened.ListAsync("")).Entries.Select(entry => entry.Key));
        Assert.False(await reopened.RenewLeaseAsync(lease));
    }

    [Fact]
    public async Task ALeaseThatExpiredWhileNobodyLookedIsGoneAtTheNextLook()
    {
        MetadataLease lease = await Store.GrantLeaseAsync(LongLease);
        await Store.TransactAsync(new MetadataTransaction().Put("leased", Value(1), lease));
        Execute("UPDATE lease SET expires_ms = 1");
        Assert.Null(await Store.GetAsync("leased"));
        Assert.False(await Store.RenewLeaseAsync(lease));
    }

    [Fact]
    public async Task AFileThatIsLockedForTooLongIsAnErrorThatSaysSo()
    {
        await using SqliteMetadataStore store =
            await SqliteMetadataStore.OpenAsync(Options with { BusyTimeout = TimeSpan.FromMilliseconds(50) });
        await PutAsync("a", [1]);
        using SqliteConnection other = Connect();
        using SqliteTransaction locking = other.BeginTransaction(deferred: false);
        long started = Stopwatch.GetTimestamp();
        MetadataStoreException exception = await Assert.ThrowsAsync<MetadataStoreException>(
            async () => await store.TransactAsync(new MetadataTransaction().Put("a", Value(2))));
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(4));
        Assert.Contains("locked", exception.Message, StringComparison.Ordinal);
        Assert.False(exception.IsOutcomeUnknown);
        Assert.True(exception.IsTransient);
        Assert.NotNull(await store.GetAsync("a"));
        locking.Rollback();
        Assert.True((await store.TransactAsync(new MetadataTransaction().Put("a", Value(2)))).Succeeded);
    }

    [Fact]
    public async Task AFileOfANewerVersionIsRefused()
    {
        await Store.DisposeAsync();
        Execute("PRAGMA user_version = 2");
        InvalidMetadataStoreException exception = await RefusedAsync();
        Assert.Contains("version 2", exception.Message, StringComparison.Ordinal);
        Assert.False(exception.IsTransient);
    }

    [Fact]
    public async Task AnotherApplicationsFileIsRefused()
    {
        await Store.DisposeAsync();
        System.IO.File.Delete(File);
        Execute("CREATE TABLE notes (text TEXT)");
        Assert.Contains("another application", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileThatIsNoDatabaseIsRefused()
    {
        await Store.DisposeAsync();
        await System.IO.File.WriteAllTextAsync(File, new string('x', 8192));
        Assert.Contains("damaged", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADamagedFileIsRefused()
    {
        for (int i = 0; i < 40; i++) await PutAsync($"key-{i}", new byte[1000]);
        await Store.DisposeAsync();
        using (FileStream stream = new(File, FileMode.Open))
        {
            // All behind the first page, which has the header and the tables' names.
            stream.Position = 4096;
            stream.Write(Enumerable.Repeat((byte)0xA5, (int)(stream.Length - 4096)).ToArray());
        }

        Assert.Contains("damaged", (await RefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWatcherTooFarBehindIsToldTheWholeState()
    {
        SqliteMetadataOptions options = Options with { HistoryRevisions = 5 };
        await using SqliteMetadataStore store = await SqliteMetadataStore.OpenAsync(options);
        await using StoreWatcher watcher = await StoreWatcher.StartAsync(store);
        await store.TransactAsync(new MetadataTransaction().Put("gone", Value(1)));
        await watcher.UntilAsync(state => state.ContainsKey("gone"));
        await store.TransactAsync(new MetadataTransaction().Delete("gone"));
        for (byte i = 0; i < 10; i++) await store.TransactAsync(new MetadataTransaction().Put("a", Value(i)));
        Assert.True((await watcher.NextAsync()).IsSnapshot);
        await watcher.AssertEndsAsAsync(await store.ListAsync(""));
        Assert.Equal(0L, Number("SELECT count(*) FROM tombstone"));
    }

    [Fact]
    public async Task ManyMayMakeTheFileAtOnce()
    {
        SqliteMetadataOptions options = new() { Path = _directory["new/metadata.db"] };
        SqliteMetadataStore[] stores = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => SqliteMetadataStore.OpenAsync(options)));
        await Task.WhenAll(stores.Select(store => IncrementAsync(store, "counter", 3)));
        Assert.Equal("18"u8.ToArray(), (await stores[0].GetAsync("counter"))!.Value);
        foreach (SqliteMetadataStore store in stores) await store.DisposeAsync();
    }

    [Fact]
    public void TheSystemsSqliteIsUsedWhereThereIsOne()
    {
        string maps = System.IO.File.ReadAllText("/proc/self/maps");
        bool hasSystems = NativeLibrary.TryLoad("libsqlite3.so.0", out _);
        Assert.Equal(!hasSystems, maps.Contains("e_sqlite3.so", StringComparison.Ordinal));
        Assert.Equal(hasSystems, maps.Contains("libsqlite3.so", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AClosedStoreSaysSo()
    {
        await using IAsyncEnumerator<MetadataUpdate> watch = Store.WatchAsync("").GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        Task<bool> next = watch.MoveNextAsync().AsTask();
        await Store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => next.WaitAsync(TimeSpan.FromSeconds(5)));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Store.GetAsync("a"));
    }

    protected override async Task<IMetadataStore> OpenStoreAsync() => await SqliteMetadataStore.OpenAsync(Options);

    private async Task<InvalidMetadataStoreException> RefusedAsync() =>
        await Assert.ThrowsAsync<InvalidMetadataStoreException>(() => SqliteMetadataStore.OpenAsync(Options));

    private SqliteConnection Connect()
    {
        SqliteConnection connection = new($"Data Source={File};Pooling=False");
        connection.Open();
        return connection;
    }

    private void Execute(string sql)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private object? Number(string sql)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
