using LogStore.Appending;

namespace LogStore;

/// <summary>
/// Where logs stage what is appended: blocks of memory in which batches are given their offsets, and from which they are
/// written to the file. The same bytes can then be sent to replicas from there (<see cref="Reading.LogCursor.TryLend"/>), so
/// whoever sends through a device brings memory that the device can read.
/// </summary>
/// <remarks>Thread-safe. Any number of logs may share one; blocks that are not in use are kept for the next log to be written.</remarks>
public abstract class StagingMemory
{
    /// <summary>Only for those who bring memory of their own.</summary>
    protected StagingMemory() => Pool = new StagingPool(this);

    /// <summary>Memory of the managed heap that does not move; shared by all logs that bring no other.</summary>
    public static StagingMemory Managed { get; } = new ManagedMemory();

    internal StagingPool Pool { get; }

    /// <summary>Makes a block.</summary>
    /// <param name="bytes">Its exact size.</param>
    protected internal abstract StagingBlock Allocate(int bytes);

    /// <summary>A block of the managed heap, for who has no better one.</summary>
    protected static StagingBlock AllocateManaged(int bytes) => new ManagedBlock(bytes);

    private sealed class ManagedMemory : StagingMemory
    {
        protected internal override StagingBlock Allocate(int bytes) => AllocateManaged(bytes);
    }

    private sealed class ManagedBlock(int bytes) : StagingBlock
    {
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);

        public override Span<byte> Span => _bytes;
    }
}

/// <summary>A piece of a <see cref="StagingMemory"/>. The memory is valid as long as the object can be reached.</summary>
public abstract class StagingBlock
{
    /// <summary>Its bytes, always at the same address.</summary>
    public abstract Span<byte> Span { get; }

    /// <summary>Whether it is always kept for the next use; others go to the garbage collector when many are idle.</summary>
    public virtual bool IsKept => false;
}
