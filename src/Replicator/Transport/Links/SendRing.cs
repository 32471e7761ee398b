namespace LogStore.Replicator.Transport.Links;

/// <summary>
/// Memory from which frames are sent in order. A frame is never split at the end: what is left there stays unused. Not
/// thread-safe, except that <see cref="Pending"/> may be read without the lock by whoever has been given it.
/// </summary>
internal sealed class SendRing
{
    private readonly byte[] _bytes;
    private int _head; // Of what is to be sent next.
    private int _tail; // Of what is added next.
    private int _used; // From head to tail, with what is unused at the end.
    private int _end;  // Where what is before the wrap ends, once tail has wrapped.

    // Pinned, as the system reads from it again and again; a link lives long.
    public SendRing(int capacity)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
        _end = capacity;
    }

    /// <summary>The bytes that there are.</summary>
    public int Capacity => _bytes.Length;

    public bool IsEmpty => _used == 0;

    private bool IsWrapped => _used > 0 && _tail <= _head;

    /// <summary>Whether there is room for <paramref name="length"/> bytes in a row, with others left over.</summary>
    public bool HasRoom(int length, int leftOver) => Place(length, leftOver) >= 0;

    /// <summary>The room for <paramref name="length"/> bytes, after <see cref="HasRoom"/>; taken by <see cref="Add"/>.</summary>
    public Span<byte> Room(int length) => _bytes.AsSpan(Place(length, 0), length);

    /// <summary>Takes the beginning of the room that was returned for <paramref name="roomLength"/>.</summary>
    public void Add(int length, int roomLength)
    {
        int position = Place(roomLength, 0);
        if (_used == 0)
        {
            _head = 0;
            _end = _bytes.Length;
        }
        else if (position == 0 && _tail > _head)
        {
            _end = _tail;
            _used += _bytes.Length - _tail;
        }

        _used += length;
        _tail = position + length;
    }

    /// <summary>What is to be sent next: as much as lies in a row.</summary>
    public ReadOnlyMemory<byte> Pending => _used == 0 ? default : _bytes.AsMemory(_head, (IsWrapped ? _end : _tail) - _head);

    /// <summary>Gives back what was sent of <see cref="Pending"/>.</summary>
    public void Remove(int length)
    {
        bool wrapped = IsWrapped;
        _head += length;
        _used -= length;
        if (!wrapped || _head != _end) return;
        _used -= _bytes.Length - _end;
        _head = 0;
        _end = _bytes.Length;
    }

    private int Place(int length, int leftOver)
    {
        int free = _bytes.Length - _used;
        if (length > free - leftOver) return -1;
        if (_used == 0) return 0;
        if (IsWrapped) return _tail;
        if (length <= _bytes.Length - _tail) return _tail;
        return length <= _head && length <= _head - leftOver ? 0 : -1;
    }
}
