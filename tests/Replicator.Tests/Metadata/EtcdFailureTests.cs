using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LogStore.Replicator.Metadata;
using LogStore.Replicator.Metadata.Etcd;
using Xunit;

namespace LogStore.Replicator.Tests.Metadata;

/// <summary>What the store makes of members that fail. Each test kills members of a cluster of its own.</summary>
public sealed class EtcdFailureTests
{
    private static readonly byte[] Some = [1];

    [Fact]
    public async Task AWatchGoesOnWithoutAGapWhenEtcdIsKilledAndStartedAgain()
    {
        await using SingleEtcd cluster = new();
        await cluster.InitializeAsync();
        await using EtcdMetadataStore store = new(cluster.NewOptions());
        await using StoreWatcher watcher = await StoreWatcher.StartAsync(store);
        await store.TransactAsync(new MetadataTransaction().Put("before", Some));
        await watcher.UntilAsync(state => state.ContainsKey("before"));
        cluster.Members[0].Kill();
        cluster.Members[0].Start();
        await store.GetAsync("ready");
        await store.TransactAsync(new MetadataTransaction().Put("after", Some).Delete("before"));
        await watcher.UntilAsync(state => state.ContainsKey("after"));
        Assert.Equal(["after"], watcher.State.Keys);
        Assert.Equal(1, watcher.Snapshots);
    }

    [Fact]
    public async Task AWatchThatWasCutOffIsToldAllThatItMissedHoweverMuch()
    {
        await using SingleEtcd cluster = new();
        await cluster.InitializeAsync();
        EtcdMetadataOptions options = cluster.NewOptions();
        await using EtcdMetadataStore store = new(options);
        await using StoreWatcher watcher = await StoreWatcher.StartAsync(store);
        await ElsewhereAsync(cluster, options, async elsewhere =>
        {
            byte[] large = new byte[MetadataEntry.MaxValueBytes];
            for (int i = 0; i < 6; i++) await elsewhere.TransactAsync(new MetadataTransaction().Put($"k{i}", large));
        });
        await watcher.AssertEndsAsAsync(await store.ListAsync(""));
        Assert.Equal(6, watcher.State.Count);
        Assert.Equal(1, watcher.Snapshots);
    }

    [Fact]
    public async Task AWatchThatWasCutOffDuringACompactionIsToldTheWholeState()
    {
        await using SingleEtcd cluster = new();
        await cluster.InitializeAsync();
        EtcdMetadataOptions options = cluster.NewOptions();
        await using EtcdMetadataStore store = new(options);
        await store.TransactAsync(new MetadataTransaction().Put("deleted", Some));
        await using StoreWatcher watcher = await StoreWatcher.StartAsync(store);
        await ElsewhereAsync(cluster, options, async elsewhere =>
        {
            await elsewhere.TransactAsync(new MetadataTransaction().Delete("deleted"));
            MetadataResult last = await elsewhere.TransactAsync(new MetadataTransaction().Put("put", Some));
            await cluster.CompactAsync(last.Revision);
        });
        Assert.True((await watcher.NextAsync()).IsSnapshot);
        Assert.Equal(["put"], watcher.State.Keys);
        await store.TransactAsync(new MetadataTransaction().Put("later", Some));
        await watcher.UntilAsync(state => state.ContainsKey("later"));
    }

    [Fact]
    public async Task CallsAndWatchesGoOnWhenTheLeaderOfThreeIsKilled()
    {
        await using ThreeEtcds cluster = new();
        await cluster.InitializeAsync();
        EtcdMember leader = await cluster.LeaderAsync();
        // The leader first, so that the watch is at the one to be killed.
        EtcdMetadataOptions options = cluster.NewOptions() with
        {
            Endpoints = [.. cluster.Members.OrderBy(member => member != leader).Select(member => member.Endpoint)],
        };
        await using EtcdMetadataStore store = new(options);
        await using StoreWatcher watcher = await StoreWatcher.StartAsync(store);
        MetadataLease lease = await store.GrantLeaseAsync(TimeSpan.FromMinutes(1));
        long version = (await store.TransactAsync(new MetadataTransaction().Put("a", Some, lease))).Revision;
        await watcher.UntilAsync(state => state.ContainsKey("a"));

        leader.Kill();
        Assert.Equal(version, (await store.GetAsync("a"))!.Version);
        Assert.True(await store.RenewLeaseAsync(lease));
        await PutInDoubtAsync(store, "b");
        await watcher.UntilAsync(state => state.ContainsKey("b"));
        Assert.Equal(["a", "b"], watcher.State.Keys);
        Assert.Equal(1, watcher.Snapshots);
    }

    [Fact]
    public async Task AnEtcdThatIsNotThereIsAnErrorWithinTheTimeout()
    {
        await using EtcdMetadataStore store = NewStore(EtcdCluster.FreePort(), EtcdCluster.FreePort());
        MetadataStoreException exception = await FailsInTimeAsync(async () => await store.ListAsync(""));
        Assert.Contains("cannot be reached", exception.Message, StringComparison.Ordinal);
        exception = await FailsInTimeAsync(
            async () => await store.TransactAsync(new MetadataTransaction().Put("a", Some)));
        Assert.False(exception.IsOutcomeUnknown);
        await FailsInTimeAsync(async () => await store.RenewLeaseAsync(new MetadataLease(1)));
    }

    [Fact]
    public async Task AnEtcdThatSaysNothingIsAnErrorWithinTheTimeoutAndLeavesTransactionsInDoubt()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        await using EtcdMetadataStore store = NewStore(((IPEndPoint)silent.LocalEndpoint).Port);
        Assert.False((await FailsInTimeAsync(async () => await store.GetAsync("a"))).IsOutcomeUnknown);
        MetadataStoreException exception =
            await FailsInTimeAsync(async () => await store.TransactAsync(new MetadataTransaction().Put("a", Some)));
        Assert.True(exception.IsOutcomeUnknown);
    }

    [Fact]
    public async Task AMemberThatSaysNothingIsPassedOver()
    {
        await using SingleEtcd cluster = new();
        await cluster.InitializeAsync();
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        EtcdMetadataOptions options = cluster.NewOptions();
        Uri deaf = new($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");
        await using EtcdMetadataStore store = new(
            options with { Endpoints = [deaf, .. options.Endpoints], CallTimeout = TimeSpan.FromSeconds(2) });
        Assert.Null(await store.GetAsync("a"));
        Assert.True((await store.TransactAsync(new MetadataTransaction().Put("a", Some))).Succeeded);
    }

    /// <summary>Cuts the stores off while something is done: etcd is restarted on another port for so long.</summary>
    private static async Task ElsewhereAsync(
        EtcdCluster cluster, EtcdMetadataOptions options, Func<EtcdMetadataStore, Task> work)
    {
        EtcdMember member = cluster.Members[0];
        int port = member.ClientPort;
        member.Kill();
        member.ClientPort = EtcdCluster.FreePort();
        member.Start();
        await using (EtcdMetadataStore elsewhere = new(options with { Endpoints = [member.Endpoint] }))
        {
            await elsewhere.GetAsync("ready");
            await work(elsewhere);
        }

        member.Kill();
        member.ClientPort = port;
        member.Start();
    }

    /// <summary>Puts an entry, and asks for it when the answer is lost.</summary>
    private static async Task PutInDoubtAsync(EtcdMetadataStore store, string key)
    {
        while (true)
        {
            try
            {
                await store.TransactAsync(new MetadataTransaction().If(key, 0).Put(key, Some));
                return;
            }
            catch (MetadataStoreException exception) when (exception.IsOutcomeUnknown)
            {
                if (await store.GetAsync(key) is not null) return;
            }
        }
    }

    private static EtcdMetadataStore NewStore(params int[] ports) => new(new EtcdMetadataOptions
    {
        Endpoints = [.. ports.Select(port => new Uri($"http://127.0.0.1:{port}"))],
        CallTimeout = TimeSpan.FromMilliseconds(400),
    });

    private static async Task<MetadataStoreException> FailsInTimeAsync(Func<Task> call)
    {
        long started = Stopwatch.GetTimestamp();
        MetadataStoreException exception = await Assert.ThrowsAsync<MetadataStoreException>(call);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(3));
        return exception;
    }
}
