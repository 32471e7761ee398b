using System.Text;
using LogStore.Broker.Producing;
using LogStore.Replicator.Metadata;
using Xunit;

namespace LogStore.Broker.Tests.Producing;

/// <summary>Producer ids that brokers take from the metadata store.</summary>
public sealed class ClusterProducerIdTests : IAsyncDisposable
{
    private readonly MapStore _store = new();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task TheBrokersOfAClusterNeverGiveOutTheSameId()
    {
        ClusterProducerIds[] brokers = [new(_store), new(_store), new(_store)];
        long[][] given = await Task.WhenAll(Enumerable.Range(0, 12).Select(client => Task.Run(async () =>
        {
            long[] ids = new long[1000];
            for (int i = 0; i < ids.Length; i++) ids[i] = await brokers[client % 3].NextAsync();
            return ids;
        })));
        long[] all = [.. given.SelectMany(ids => ids)];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.All(all, id => Assert.InRange(id, 0, all.Length - 1));
    }

    [Fact]
    public async Task IdsAreTakenInBlocksSoThatGivingOneOutSeldomWrites()
    {
        ClusterProducerIds ids = new(_store);
        for (int id = 0; id < 1000; id++) Assert.Equal(id, await ids.NextAsync());
        Assert.Equal(1, _store.Writes);
        Assert.Equal(1000, await ids.NextAsync());
        Assert.Equal(2, _store.Writes);
        Assert.Equal("2000", _store.Text(ClusterProducerIds.Key));
    }

    [Fact]
    public async Task ABrokerThatWasFasterIsGivenWay()
    {
        _store.BeforeWrite = () =>
        {
            _store.BeforeWrite = null;
            _store.Put(ClusterProducerIds.Key, "5000");
        };
        Assert.Equal(5000, await new ClusterProducerIds(_store).NextAsync());
    }

    [Fact]
    public async Task AStoreThatCannotBeReachedIsAskedAgainTheNextTime()
    {
        ClusterProducerIds ids = new(_store);
        _store.BeforeWrite = () => throw new MetadataStoreException("Gone.");
        await Assert.ThrowsAsync<MetadataStoreException>(async () => await ids.NextAsync());
        _store.BeforeWrite = null;
        Assert.Equal(0, await ids.NextAsync());
    }

    [Fact]
    public async Task WhatIsNoNumberIsNotTakenForOne()
    {
        _store.Put(ClusterProducerIds.Key, "soon");
        await Assert.ThrowsAsync<CorruptLogException>(async () => await new ClusterProducerIds(_store).NextAsync());
    }

    /// <summary>As much of a metadata store as is needed: one process, compare-and-set, no leases.</summary>
    private sealed class MapStore : IMetadataStore
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<string, MetadataEntry> _entries = new(StringComparer.Ordinal);
        private long _revision;

        public int Writes { get; private set; }

        public Action? BeforeWrite { get; set; }

        public string Text(string key) => Encoding.ASCII.GetString(_entries[key].Value.Span);

        public void Put(string key, string value)
        {
            lock (_gate) _entries[key] = new MetadataEntry(key, Encoding.ASCII.GetBytes(value), ++_revision, default);
        }

        public ValueTask<MetadataEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
        {
            lock (_gate) return ValueTask.FromResult(_entries.GetValueOrDefault(key));
        }

        public ValueTask<MetadataResult> TransactAsync(
            MetadataTransaction transaction, CancellationToken cancellationToken = default)
        {
            BeforeWrite?.Invoke();
            lock (_gate)
            {
                if (transaction.Conditions.Any(each => (_entries.GetValueOrDefault(each.Key)?.Version ?? 0) != each.Version))
                    return ValueTask.FromResult(new MetadataResult(Succeeded: false, _revision));
                _revision++;
                Writes++;
                foreach (MetadataChange change in transaction.Changes)
                    _entries[change.Key] = new MetadataEntry(change.Key, change.Value!.Value, _revision, change.Lease);
                return ValueTask.FromResult(new MetadataResult(Succeeded: true, _revision));
            }
        }

        public ValueTask<MetadataSnapshot> ListAsync(string prefix, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public IAsyncEnumerable<MetadataUpdate> WatchAsync(string prefix, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public ValueTask<MetadataLease> GrantLeaseAsync(
            TimeSpan timeToLive, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<bool> RenewLeaseAsync(MetadataLease lease, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public ValueTask RevokeLeaseAsync(MetadataLease lease, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
