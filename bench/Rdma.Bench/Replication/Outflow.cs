using LogStore.Reading;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Transport;

namespace LogStore.Bench.Rdma.Replication;

/// <summary>
/// What one follower gets of one log: what was just appended from the memory that it lies in, and the rest from the file, as a
/// leader's replica sends it.
/// </summary>
internal sealed class Outflow(Log log, PartitionId partition, IReplicaLink link) : IPayloadSource, IDisposable
{
    private const int MessageBytes = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly LogCursor _cursor = log.OpenCursor();
    private int _room = MessageBytes;
    private long _sent = log.LogEndOffset;
    private long _acknowledged = log.LogEndOffset;

    public IReplicaLink Link => link;

    /// <summary>How far the follower's log has come.</summary>
    public long Acknowledged
    {
        get => Volatile.Read(ref _acknowledged);
        set => Volatile.Write(ref _acknowledged, value);
    }

    /// <summary>Sends what there is, or as much as the link takes: then it is called again when there is room.</summary>
    public void Pump()
    {
        lock (_gate)
        {
            while (_sent < log.LogEndOffset && link.TrySend(this, _room))
            {
            }
        }

        link.Flush();
    }

    public int Write(Span<byte> destination, out ReplicaMessage message)
    {
        if (TryLend(destination.Length, out LentBatches lent, out message))
        {
            lent.Bytes.CopyTo(destination);
            lent.Release();
            return lent.Length;
        }

        CursorRead read = _cursor.Read(_sent, long.MaxValue, destination);
        _room = Math.Max(_room, read.NeededBytes);
        message = Sent(read.NextOffset);
        return read.Bytes;
    }

    public bool TryLend(int maxBytes, out LentBatches lent, out ReplicaMessage message)
    {
        message = default;
        if (!_cursor.TryLend(_sent, long.MaxValue, maxBytes, out lent)) return false;
        message = Sent(lent.NextOffset);
        return true;
    }

    public void Dispose() => _cursor.Dispose();

    private ReplicaMessage Sent(long next)
    {
        ReplicaMessage message = new(ReplicaMessageKind.Append, partition, LeaderEpoch: 0, Session: 1)
        {
            StartOffset = _sent,
            EndOffset = next,
        };
        _sent = next;
        return message;
    }
}
