using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Replicator.Rdma.Links;

/// <summary>The logs' staging blocks as a device sees them: each is registered when it is first sent from.</summary>
/// <remarks>Thread-safe. To be disposed of when no queue pair of the device sends any more.</remarks>
internal sealed class StagingRegions(ProtectionDomain domain) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly MemoryRegion?[] _regions = new MemoryRegion?[RegisteredMemory.MaxBlocks];
    private bool _isRefused;

    /// <summary>The region that a block is; null when the device cannot send from it, so that it is to be copied.</summary>
    public MemoryRegion? Find(StagingBlock block)
    {
        if (block is not RegisteredBlock registered) return null;
        return Volatile.Read(ref _regions[registered.Number]) ?? Register(registered);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isRefused = true;
            foreach (MemoryRegion? region in _regions) region?.Dispose();
            Array.Clear(_regions);
        }
    }

    private MemoryRegion? Register(RegisteredBlock block)
    {
        lock (_gate)
        {
            ref MemoryRegion? region = ref _regions[block.Number];
            if (region is not null || _isRefused) return region;
            try
            {
                return region = domain.Register(block.Slab, MemoryAccess.LocalRead);
            }
            catch (RdmaException)
            {
                // The process may not lock more: what is registered stays so, and the rest is copied.
                _isRefused = true;
                return null;
            }
        }
    }
}
