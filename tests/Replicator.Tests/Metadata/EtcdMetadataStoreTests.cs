using LogStore.Replicator.Metadata;
using LogStore.Replicator.Metadata.Etcd;
using Xunit;

namespace LogStore.Replicator.Tests.Metadata;

public abstract class EtcdMetadataStoreTests(EtcdCluster cluster) : MetadataStoreTests
{
    private readonly EtcdMetadataOptions _options = cluster.NewOptions();

    protected override TimeSpan ShortLease => TimeSpan.FromSeconds(2);

    [Fact]
    public async Task AListMayBeLargerThanTheGatewayTakes()
    {
        for (int i = 0; i < 6; i++) await PutAsync($"large/{i}", new byte[MetadataEntry.MaxValueBytes]);
        MetadataSnapshot list = await Store.ListAsync("large/");
        Assert.Equal(Enumerable.Range(0, 6).Select(i => $"large/{i}"), list.Entries.Select(entry => entry.Key));
        Assert.All(list.Entries, entry => Assert.Equal(MetadataEntry.MaxValueBytes, entry.Value.Length));
    }

    [Fact]
    public async Task AStoreSeesNothingOfAnotherPrefix()
    {
        await using EtcdMetadataStore other = new(_options with { KeyPrefix = _options.KeyPrefix.TrimEnd('/') + "0" });
        await other.TransactAsync(new MetadataTransaction().Put("theirs", Value(1)));
        await PutAsync("ours", Value(1));
        Assert.Equal(["ours"], await KeysAsync(""));
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

    protected override Task<IMetadataStore> OpenStoreAsync() =>
        Task.FromResult<IMetadataStore>(new EtcdMetadataStore(_options));
}

public sealed class SingleEtcdMetadataStoreTests(SingleEtcd cluster)
    : EtcdMetadataStoreTests(cluster), IClassFixture<SingleEtcd>;

public sealed class ThreeEtcdsMetadataStoreTests(ThreeEtcds cluster)
    : EtcdMetadataStoreTests(cluster), IClassFixture<ThreeEtcds>;
