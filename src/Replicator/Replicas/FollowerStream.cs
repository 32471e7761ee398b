using LogStore.Reading;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Transport;

namespace LogStore.Replicator.Replicas;

/// <summary>
/// Sends a follower what it lacks: what was just appended from the memory in which it lies, the rest from the log's files
/// straight into the link's memory.
/// </summary>
/// <remarks>Used under the replica's lock only.</remarks>
internal sealed class FollowerStream(Replica replica, int peer) : IPayloadSource, IDisposable
{
    private const int MessageBytes = 256 * 1024;

    private readonly LogCursor _cursor = replica.Log.OpenCursor();
    private int _room = MessageBytes;
    private bool _wasAsked;

    public int Peer { get; } = peer;

    /// <summary>Sends as much as the link takes.</summary>
    /// <returns>False: the link is full, and there is more.</returns>
    public bool Pump(LeaderReplica leader, IReplicaLink link)
    {
        while (leader.TryDescribeAppend(Peer, out _))
        {
            _wasAsked = false;
            if (!link.TrySend(this, _room)) return false;
            // A link that is down takes everything and asks for nothing, until it is told to be down: that is not to be
            // waited for here, under the lock that it takes to tell.
            if (!_wasAsked) break;
        }

        return true;
    }

    public int Write(Span<byte> destination, out ReplicaMessage message)
    {
        if (TryLend(destination.Length, out LentBatches lent, out message))
        {
            lent.Bytes.CopyTo(destination); // A link over TCP has memory of its own; the file need not be read all the same.
            lent.Release();
            return lent.Length;
        }

        LeaderReplica leader = replica.LeaderUnderLock!;
        CursorRead read = _cursor.Read(message.StartOffset, long.MaxValue, destination);
        // A batch is never cut: the next message has room for this one. Where there was one large batch there are more.
        _room = read.NeededBytes > 0
            ? Math.Max(_room, read.NeededBytes)
            : Math.Max(MessageBytes, _room - ((_room - read.Bytes) / 8));
        message = message with { EndOffset = read.NextOffset };
        leader.OnSent(Peer, message);
        return read.Bytes;
    }

    public bool TryLend(int maxBytes, out LentBatches lent, out ReplicaMessage message)
    {
        _wasAsked = true;
        LeaderReplica leader = replica.LeaderUnderLock!;
        leader.TryDescribeAppend(Peer, out message);
        if (!_cursor.TryLend(message.StartOffset, long.MaxValue, maxBytes, out lent)) return false;
        message = message with { EndOffset = lent.NextOffset };
        leader.OnSent(Peer, message);
        return true;
    }

    public void Dispose() => _cursor.Dispose();
}
