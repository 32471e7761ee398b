using LogStore.Partitioning;
using LogStore.Records;

namespace LogStore.Cli.Producing;

/// <summary>
/// Chooses each record's partition: the one named, else by the key's hash, else the sticky one, which changes after
/// <see cref="StickyBytes"/> of records (KIP-794). So the choice follows from the records and the seed alone, not from when
/// batches happened to be full: an input that is sent again goes where it went before.
/// </summary>
internal sealed class RecordRouter
{
    /// <summary>How many bytes of keyless records go to one partition before the next is chosen.</summary>
    public const int StickyBytes = 64 * 1024;

    private readonly Partitioner _partitioner;
    private readonly int? _fixed;
    private int _stickyBytes;

    /// <param name="partitionCount">How many partitions the topic has.</param>
    /// <param name="partition">The only partition to use; null to choose.</param>
    /// <param name="seed">Makes the choices for keyless records repeatable.</param>
    public RecordRouter(int partitionCount, int? partition, int? seed)
    {
        _fixed = partition;
        _partitioner = new Partitioner(partitionCount, seed);
    }

    /// <summary>The record's partition; the same until <see cref="Taken"/>.</summary>
    public int Choose(NullableBytes key) => _fixed ?? _partitioner.Choose(key);

    /// <summary>Counts the record that was chosen for last.</summary>
    public void Taken(NullableBytes key, int bytes)
    {
        if (!key.IsNull) return;
        _stickyBytes += bytes;
        if (_stickyBytes < StickyBytes) return;
        _stickyBytes = 0;
        _partitioner.Switch();
    }
}
