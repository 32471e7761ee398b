using System.Buffers;

namespace LogStore.Client.Connections;

/// <summary>A received frame in pooled memory, which goes back when the last holder lets go of it.</summary>
/// <param name="array">What was rented from the shared pool.</param>
/// <param name="length">How many bytes of it the frame has.</param>
internal sealed class PooledFrame(byte[] array, int length)
{
    private byte[]? _array = array;
    private int _holders = 1;

    /// <summary>The frame, without the size in front of it; valid while it is held.</summary>
    public Memory<byte> Memory => _array.AsMemory(0, length);

    public int Length => length;

    public void Hold()
    {
        if (Interlocked.Increment(ref _holders) <= 1) throw new InvalidOperationException("The frame was given back.");
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) != 0) return;
        byte[]? released = Interlocked.Exchange(ref _array, null);
        if (released is not null) ArrayPool<byte>.Shared.Return(released);
    }
}
