using System.Buffers;
using System.Numerics;

namespace LogStore.Broker.Network;

/// <summary>The bytes of one request, in pooled memory that is counted, until it is disposed.</summary>
internal sealed class RequestFrame : IDisposable
{
    private readonly RequestMemory _memory;
    private readonly int _counted;
    private byte[] _bytes;
    private MemoryGrant _grant;
    private int _countedMore;
    private MemoryGrant _moreGrant;

    private RequestFrame(RequestMemory memory, byte[] bytes, int counted, MemoryGrant grant)
    {
        _memory = memory;
        _bytes = bytes;
        _counted = counted;
        _grant = grant;
    }

    /// <summary>How many bytes have been received.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes, without the size in front of them.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, Length);

    /// <summary>How many bytes may be received before the frame has to grow.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>Rents room for a frame, counted by what the pool hands out; null where none could be had in time.</summary>
    public static ValueTask<RequestFrame?> RentAsync(
        RequestMemory memory, int bytes, TimeSpan patience, CancellationToken cancellationToken) =>
        RentAsync(memory, bytes, isMore: false, patience, cancellationToken);

    /// <summary>
    /// Moves a frame to larger room, and disposes it; null, and it stays as it is, where none could be had in time.
    /// </summary>
    public static async ValueTask<RequestFrame?> GrowAsync(
        RequestMemory memory, RequestFrame frame, int bytes, TimeSpan patience, CancellationToken cancellationToken)
    {
        RequestFrame? larger = frame._grant == MemoryGrant.Exceeding
            ? RentMore(memory, bytes)
            : await RentAsync(memory, bytes, isMore: true, patience, cancellationToken).ConfigureAwait(false);
        if (larger is null) return null;
        frame.Bytes.CopyTo(larger._bytes);
        larger.Length = frame.Length;
        // It is the larger one that exceeds the bound from here on.
        if (frame._grant == MemoryGrant.Exceeding) frame._grant = MemoryGrant.Within;
        frame.Dispose();
        return larger;
    }

    /// <summary>Counts memory that the request takes beside its bytes; false where there was none in time.</summary>
    public async ValueTask<bool> CountMoreAsync(int bytes, TimeSpan patience, CancellationToken cancellationToken)
    {
        MemoryGrant grant = MemoryGrant.Within;
        if (_grant == MemoryGrant.Exceeding) _memory.TakeMore(bytes);
        else grant = await _memory.TakeAsync(bytes, isMore: true, patience, cancellationToken).ConfigureAwait(false);
        if (grant == MemoryGrant.None) return false;
        (_countedMore, _moreGrant) = (bytes, grant);
        return true;
    }

    /// <summary>Where the next bytes go, up to a total of <paramref name="size"/>.</summary>
    public Memory<byte> Room(int size) => _bytes.AsMemory(Length, Math.Min(size, _bytes.Length) - Length);

    /// <summary>Counts bytes that were written to <see cref="Room"/>.</summary>
    public void Advance(int count) => Length += count;

    public void Dispose()
    {
        byte[] bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length == 0) return;
        Length = 0;
        _memory.Return(_counted, _grant);
        if (_countedMore > 0) _memory.Return(_countedMore, _moreGrant);
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private static RequestFrame RentMore(RequestMemory memory, int bytes)
    {
        int size = PooledSize(bytes);
        memory.TakeMore(size);
        return new RequestFrame(memory, ArrayPool<byte>.Shared.Rent(size), size, MemoryGrant.Exceeding);
    }

    private static async ValueTask<RequestFrame?> RentAsync(
        RequestMemory memory, int bytes, bool isMore, TimeSpan patience, CancellationToken cancellationToken)
    {
        // Rented only when it is granted: a request that waits must not hold what it waits for.
        int size = PooledSize(bytes);
        MemoryGrant grant = await memory.TakeAsync(size, isMore, patience, cancellationToken).ConfigureAwait(false);
        return grant == MemoryGrant.None
            ? null
            : new RequestFrame(memory, ArrayPool<byte>.Shared.Rent(size), size, grant);
    }

    /// <summary>What the pool hands out for this many bytes: it keeps powers of two.</summary>
    private static int PooledSize(int bytes) =>
        bytes > 1 << 30 ? bytes : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(bytes, 16));
}
