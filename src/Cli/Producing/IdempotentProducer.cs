using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LogStore.Topics;

namespace LogStore.Cli.Producing;

/// <summary>
/// The producer of an idempotent run: its id, and how far each partition has come. The id of a file follows from the topic
/// and the file's path, so that the same command, run again after a crash, is the same producer and sends what is missing;
/// standard input cannot be read again, so each run of it is a producer of its own.
/// </summary>
internal sealed class IdempotentProducer : IDisposable
{
    /// <summary>The epoch of all runs: the lock of the data directory leaves no older instance to fence.</summary>
    public const short Epoch = 0;

    private readonly ResumePoint[] _points;
    private readonly long[] _sequences;

    private IdempotentProducer(long id, ResumePoint[] points)
    {
        Id = id;
        _points = points;
        _sequences = [.. points.Select(point => point.Stored)];
    }

    /// <summary>The producer id: 63 bits of a hash, which leaves room for everybody.</summary>
    public long Id { get; }

    /// <summary>Makes the choice of partitions repeatable.</summary>
    public int Seed => (int)Id;

    /// <summary>How many records the log holds of this producer.</summary>
    public long Stored => _points.Sum(point => point.Stored);

    /// <summary>Whether everything that the log holds has been seen in the input again.</summary>
    public bool IsCaughtUp => Array.TrueForAll(_points, point => point.IsPassed);

    /// <summary>Opens the partitions that the run may write to and finds where the producer stopped in each.</summary>
    public static async Task<IdempotentProducer> OpenAsync(DataDirectory directory, Topic topic, string? file)
    {
        long id = file is null ? CreateId(RandomNumberGenerator.GetBytes(32)) : CreateId(topic, Path.GetFullPath(file));
        ResumePoint[] points = new ResumePoint[topic.PartitionCount];
        for (int partition = 0; partition < points.Length; partition++)
        {
            Log log = await directory.OpenPartitionAsync(topic.Name, partition);
            points[partition] = await ResumePoint.FindAsync(log, id);
        }

        return new IdempotentProducer(id, points);
    }

    /// <summary>Where a partition's log stopped.</summary>
    public ResumePoint PointOf(int partition) => _points[partition];

    /// <summary>Stamps a batch that is about to be sent.</summary>
    public void Stamp(PartitionBatch batch)
    {
        ref long next = ref _sequences[batch.Partition];
        batch.Builder.SetProducer(Id, Epoch, (int)(next & int.MaxValue)); // After int.MaxValue comes 0.
        next += batch.Builder.RecordCount;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ResumePoint point in _points) point.Dispose();
    }

    private static long CreateId(Topic topic, string path) =>
        CreateId(SHA256.HashData([.. topic.Id.ToByteArray(), .. Encoding.UTF8.GetBytes(path)]));

    private static long CreateId(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadInt64BigEndian(hash) & long.MaxValue;
}
