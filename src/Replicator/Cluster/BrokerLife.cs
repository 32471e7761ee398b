using System.Globalization;
using System.Text;
using LogStore.Replicator.Diagnostics;
using LogStore.Replicator.Metadata;
using Microsoft.Extensions.Logging;

namespace LogStore.Replicator.Cluster;

/// <summary>A broker's life: the authority numbers it, and the data directory takes note of it.</summary>
/// <param name="Epoch">Its number, which no life of any broker has had.</param>
/// <param name="Directory">What the directory has kept of the lives before.</param>
internal sealed record BrokerLife(long Epoch, DirectoryLife Directory)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Begins a life, once no other of the same broker is registered.</summary>
    /// <exception cref="InvalidConfigException">Another broker has the same number.</exception>
    /// <exception cref="MetadataStoreException">The store cannot be reached.</exception>
    public static async Task<BrokerLife> BeginAsync(
        ClusterMemberOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        string key = ClusterKeys.Life(options.BrokerId);
        string id = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        DirectoryLife? found = DirectoryLife.TryRead(options.Directory);
        while (true)
        {
            MetadataEntry? last = await options.Store.GetAsync(key, cancellationToken).ConfigureAwait(false);
            string? lastId = last is null ? null : Encoding.ASCII.GetString(last.Value.Span);
            DirectoryLife? continued = found?.IsOf(lastId) == true ? found : null;
            await EndLastAsync(options, continued is null ? null : last!.Version, cancellationToken).ConfigureAwait(false);
            continued?.Announce(options.Directory, lastId!, id);
            MetadataResult begun = await options.Store.TransactAsync(
                new MetadataTransaction().If(key, last?.Version ?? 0).If(ClusterKeys.Broker(options.BrokerId), 0)
                    .Put(key, Encoding.ASCII.GetBytes(id)),
                cancellationToken).ConfigureAwait(false);
            if (!begun.Succeeded) continue; // Somebody else has begun one just now.
            if (found is not null && continued is null)
                ReplicaEvents.NotTheLastDirectory(logger, options.Directory.Directory, options.BrokerId);
            return new BrokerLife(
                begun.Revision, DirectoryLife.Begin(options.Directory, continued, id, begun.Revision));
        }
    }

    /// <summary>
    /// What this directory's last life has left is ended at once; the number of another directory's broker is not taken from it,
    /// and nothing is done to that one.
    /// </summary>
    private static async Task EndLastAsync(ClusterMemberOptions options, long? own, CancellationToken cancellationToken)
    {
        string key = ClusterKeys.Broker(options.BrokerId);
        long started = options.TimeProvider.GetTimestamp();
        while (await options.Store.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            BrokerRegistration other = ClusterJson.ReadBroker(entry.Value);
            if (other.Epoch == own)
            {
                await options.Store.RevokeLeaseAsync(entry.Lease, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (options.TimeProvider.GetElapsedTime(started) > options.SessionTimeout * 2)
                throw new InvalidConfigException(
                    "broker.id",
                    $"broker {options.BrokerId} is running on another data directory, at " +
                    $"{other.Replication.Host}:{other.Replication.Port}; choose another number");
            await Task.Delay(Pause, options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }
}
