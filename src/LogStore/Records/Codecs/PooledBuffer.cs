using System.Buffers;

namespace LogStore.Records.Codecs;

/// <summary>Pooled memory that grows as it is written, up to a bound.</summary>
/// <remarks>
/// A class, not a struct: its memory goes back to the pool once however often its holder is copied. Not thread-safe.
/// </remarks>
internal sealed class PooledBuffer : IDisposable
{
    private readonly int _maxBytes;
    private byte[] _array;
    private int _written;

    /// <summary>Creates an empty buffer.</summary>
    /// <param name="capacity">The bytes to start with, at most.</param>
    /// <param name="maxBytes">The bytes that may be written.</param>
    public PooledBuffer(int capacity, int maxBytes)
    {
        // One more than may be written tells a decoder that ends there from one that would go on.
        _maxBytes = Math.Min(maxBytes, Array.MaxLength - 1);
        _array = ArrayPool<byte>.Shared.Rent(Math.Clamp(capacity, 1, _maxBytes + 1));
    }

    /// <summary>The bytes written so far; valid until more are written.</summary>
    public ReadOnlySpan<byte> Written => _array.AsSpan(0, _written);

    /// <summary>The same, to be changed in place.</summary>
    public Memory<byte> WrittenMemory => _array.AsMemory(0, _written);

    /// <summary>Room for at least <paramref name="least"/> bytes more.</summary>
    /// <exception cref="InvalidDataException">So many may not be written.</exception>
    public Span<byte> GetSpan(int least = 1)
    {
        if (least > _array.Length - _written) Grow(least);
        return _array.AsSpan(_written);
    }

    /// <summary>Counts bytes that were written to <see cref="GetSpan"/>.</summary>
    /// <exception cref="InvalidDataException">They are more than may be written.</exception>
    public void Advance(int count)
    {
        _written += count;
        if (_written > _maxBytes) ThrowTooMany();
    }

    /// <summary>Leaves <paramref name="count"/> bytes to be filled in through <see cref="WrittenMemory"/>.</summary>
    public void Skip(int count)
    {
        GetSpan(count);
        Advance(count);
    }

    /// <summary>Forgets what was written.</summary>
    public void Clear() => _written = 0;

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        byte[] array = _array;
        _array = [];
        _written = 0;
        if (array.Length > 0) ArrayPool<byte>.Shared.Return(array);
    }

    private void Grow(int least)
    {
        long wanted = (long)_written + least;
        if (wanted > _maxBytes + 1L) ThrowTooMany();
        long size = Math.Max(wanted, Math.Min(_array.Length * 2L, _maxBytes + 1L));
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)size);
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }

    private void ThrowTooMany() =>
        throw new InvalidDataException($"They come to more than the {_maxBytes} bytes that they may take.");
}
