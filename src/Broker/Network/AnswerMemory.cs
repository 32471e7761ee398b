using LogStore.KafkaProtocol.Wire;

namespace LogStore.Broker.Network;

/// <summary>
/// The bound on the memory of all answers that are on their way out, records aside, which stay in the log's files. Who finds
/// it used up does not wait, lest slow readers make the others wait: the connections whose answers have stood still for
/// longest are ended until there is room.
/// </summary>
/// <remarks>What is used is at most the bound, or one answer that alone exceeds it. Thread-safe.</remarks>
internal sealed class AnswerMemory(long capacity)
{
    /// <summary>An answer of this size is not counted: it is part of what a connection costs.</summary>
    private const int Uncounted = FrameBuffer.CapacityKept;

    private readonly Lock _gate = new();
    private readonly Dictionary<ReplyQueue, int> _held = [];
    private long _used;

    /// <summary>What is taken at the moment, in bytes.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Takes bytes for what a connection sends now; it gives them back before it takes others.</summary>
    public void Take(ReplyQueue holder, int bytes)
    {
        if (bytes <= Uncounted) return;
        List<ReplyQueue> ended = [];
        lock (_gate)
        {
            while (_used + bytes > capacity && _held.Count > 0)
            {
                ReplyQueue slowest = _held.Keys.MaxBy(each => each.Stalled)!;
                Remove(slowest);
                ended.Add(slowest);
            }

            _held.Add(holder, bytes);
            _used += bytes;
        }

        foreach (ReplyQueue slow in ended)
            slow.Abort(new TimeoutException("others needed the memory of an answer that it did not take"));
    }

    /// <summary>Gives back what a connection has taken, if it has.</summary>
    public void Return(ReplyQueue holder)
    {
        lock (_gate) Remove(holder);
    }

    private void Remove(ReplyQueue holder)
    {
        if (_held.Remove(holder, out int bytes)) _used -= bytes;
    }
}
