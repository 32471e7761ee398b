using System.Buffers.Binary;
using LogStore.Records;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Transport;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>A batch of one record that is appended and sent again and again, each time at the next offset.</summary>
/// <remarks>The offset and the epoch are not covered by a batch's checksum, so that they alone are written anew.</remarks>
internal sealed class BatchSource : IPayloadSource
{
    public static readonly PartitionId Partition = new(new Guid("5f0c9d0e-86b1-4c0e-9f59-4b1d6a1b2a7e"), 0);

    private readonly byte[] _batch;

    /// <param name="size">What the batch should have, in bytes; the least there is where that is too little.</param>
    public BatchSource(int size)
    {
        int value = Math.Max(1, size - Build(1).Length);
        while (value > 1 && Build(value).Length > size) value--;
        _batch = Build(value);
    }

    public int Size => _batch.Length;

    /// <summary>The offset of the next one.</summary>
    public long Next { get; private set; }

    /// <summary>The batch as it is at the next offset; valid until it is moved on.</summary>
    public ReadOnlySpan<byte> Current
    {
        get
        {
            BinaryPrimitives.WriteInt64BigEndian(_batch, Next);
            return _batch;
        }
    }

    public int Write(Span<byte> destination, out ReplicaMessage message)
    {
        Current.CopyTo(destination);
        message = new ReplicaMessage(ReplicaMessageKind.Append, Partition, LeaderEpoch: 0, Session: 1)
        {
            StartOffset = Next,
            EndOffset = Next + 1,
        };
        return _batch.Length;
    }

    public void MoveOn() => Next++;

    private static byte[] Build(int value)
    {
        using RecordBatchBuilder builder = new(new RecordBatchBuilderOptions { MaxBytes = RecordBatchBuilderOptions.MaxMaxBytes });
        builder.TryAppend(0, default, new byte[value]);
        byte[] batch = builder.Build().Bytes.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(12), 0); // The leader epoch.
        return batch;
    }
}
