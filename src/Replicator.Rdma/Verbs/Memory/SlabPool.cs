namespace LogStore.Replicator.Rdma.Verbs;

/// <summary>
/// Blocks of one size out of one slab that is registered once. Renting and returning neither allocates nor enters the
/// kernel. Thread-safe.
/// </summary>
public sealed class SlabPool : IDisposable
{
    private readonly Lock _lock = new();
    private readonly int[] _free;
    private readonly bool[] _rented;
    private int _freeCount;

    /// <summary>Allocates and registers the slab.</summary>
    /// <param name="domain">Where to register it.</param>
    /// <param name="blockBytes">The size of a block, rounded up to a multiple of 64, the size of a cache line.</param>
    /// <param name="blockCount">How many blocks there are, for good.</param>
    /// <param name="access">What the device may do with them.</param>
    /// <exception cref="LockedMemoryLimitException">The process may not lock that much memory.</exception>
    public SlabPool(ProtectionDomain domain, int blockBytes, int blockCount, MemoryAccess access = MemoryAccess.LocalWrite)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockCount);
        BlockBytes = checked(blockBytes + 63) & ~63;
        Slab = NativeSlab.Allocate(checked((nuint)BlockBytes * (nuint)blockCount));
        try
        {
            Region = domain.Register(Slab, access);
        }
        catch
        {
            Slab.Dispose();
            throw;
        }

        _free = new int[blockCount];
        _rented = new bool[blockCount];
        // The lowest block goes out first, and the last one returned next: its cache lines are the warmest.
        for (int i = 0; i < blockCount; i++) _free[i] = blockCount - 1 - i;
        _freeCount = blockCount;
    }

    /// <summary>The size of each block in bytes.</summary>
    public int BlockBytes { get; }

    /// <summary>How many blocks there are.</summary>
    public int BlockCount => _free.Length;

    /// <summary>How many blocks are not rented at the moment.</summary>
    public int FreeCount => Volatile.Read(ref _freeCount);

    /// <summary>The registered memory behind all blocks.</summary>
    public MemoryRegion Region { get; }

    private NativeSlab Slab { get; }

    /// <summary>Takes a block; false if all are out, which is back-pressure and not an error.</summary>
    public bool TryRent(out SlabBlock block)
    {
        lock (_lock)
        {
            if (_freeCount == 0)
            {
                block = default;
                return false;
            }

            int index = _free[--_freeCount];
            _rented[index] = true;
            block = new SlabBlock(this, index);
            return true;
        }
    }

    /// <summary>Gives a block back. The device must be done with it: every work request that names it has completed.</summary>
    /// <exception cref="InvalidOperationException">The block is not out, or is another pool's.</exception>
    public void Return(SlabBlock block)
    {
        lock (_lock)
        {
            if (block.Pool != this || !_rented[block.Index])
            {
                throw new InvalidOperationException($"Block {block.Index} is not rented from this pool.");
            }

            _rented[block.Index] = false;
            _free[_freeCount++] = block.Index;
        }
    }

    /// <summary>Deregisters and frees the memory. The device must be done with all blocks.</summary>
    public void Dispose()
    {
        Region.Dispose();
        Slab.Dispose();
    }
}

/// <summary>A block of a <see cref="SlabPool"/>: a value that names it, valid until it is returned.</summary>
public readonly struct SlabBlock
{
    internal SlabBlock(SlabPool pool, int index)
    {
        Pool = pool;
        Index = index;
    }

    /// <summary>Its number within the pool: handy as a work request's id.</summary>
    public int Index { get; }

    /// <summary>Its bytes for the CPU.</summary>
    public Span<byte> Span => Pool.Region.AsSpan(Offset, Pool.BlockBytes);

    internal SlabPool Pool { get; }

    private nuint Offset => (nuint)Index * (nuint)Pool.BlockBytes;

    /// <summary>Its first <paramref name="length"/> bytes for work requests.</summary>
    public MemorySegment Segment(uint length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, (uint)Pool.BlockBytes);
        return Pool.Region.Slice(Offset, length);
    }
}
