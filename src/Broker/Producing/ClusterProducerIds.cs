using System.Globalization;
using System.Text;
using LogStore.Replicator.Metadata;

namespace LogStore.Broker.Producing;

/// <summary>
/// The producer ids of a broker in a cluster. Each broker takes blocks of them from the metadata store, by compare-and-set on
/// the one number that says where the next block begins; a block that a crash cuts short is lost, which costs nothing.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ClusterProducerIds(IMetadataStore store) : IProducerIdSource
{
    /// <summary>Where the beginning of the next block is kept, as a decimal number.</summary>
    public const string Key = "producer-ids";

    private readonly Lock _gate = new();
    private long _next;
    private long _blockEnd;
    private Task? _taking;

    /// <inheritdoc/>
    /// <exception cref="MetadataStoreException">The store cannot be reached.</exception>
    /// <exception cref="CorruptLogException">The store holds something else than a number.</exception>
    public async ValueTask<long> NextAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task taking;
            lock (_gate)
            {
                if (_next < _blockEnd) return _next++;
                // One takes a block for all who wait, and to the end, whoever of them goes away.
                if (_taking is null || _taking.IsCompleted) _taking = TakeBlockAsync();
                taking = _taking;
            }

            await taking.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TakeBlockAsync()
    {
        await Task.Yield(); // The store is not called with the lock held.
        while (true)
        {
            MetadataEntry? entry = await store.GetAsync(Key).ConfigureAwait(false);
            long start = entry is null ? 0 : Parse(entry.Value.Span);
            long end = start + IProducerIdSource.BlockSize;
            string text = end.ToString(CultureInfo.InvariantCulture);
            // Where the outcome is not known the block may be lost, and the next caller takes the one after it.
            MetadataResult result = await store.TransactAsync(
                new MetadataTransaction().If(Key, entry?.Version ?? 0).Put(Key, Encoding.ASCII.GetBytes(text)))
                .ConfigureAwait(false);
            if (!result.Succeeded) continue; // Another broker was faster.
            lock (_gate) (_next, _blockEnd) = (start, end);
            return;
        }
    }

    private static long Parse(ReadOnlySpan<byte> value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long next)
            ? next
            : throw new CorruptLogException($"metadata store: {Key}", 0, "it does not hold the next producer id");
}
