using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Replicator.Rdma;

/// <summary>
/// Memory for logs to stage appends in that RDMA devices can read: what a log writes to its file is sent to all followers from
/// there, without another copy. Each device registers a block when it first sends from it; registered blocks are locked.
/// </summary>
/// <remarks>
/// Thread-safe. The number of blocks is bounded; logs that find none left take ordinary memory, from which is copied. To be made
/// once for a process, as blocks are kept for good.
/// </remarks>
public sealed class RegisteredMemory : StagingMemory
{
    /// <summary>How many blocks there are in a process, at most: with the logs' default buffers that is 16 MiB.</summary>
    public const int MaxBlocks = 16;

    private static int s_blocks;

    /// <inheritdoc/>
    protected override StagingBlock Allocate(int bytes)
    {
        int number = Interlocked.Increment(ref s_blocks) - 1;
        if (number < MaxBlocks)
        {
            try
            {
                return new RegisteredBlock(number, NativeSlab.Allocate((nuint)bytes), bytes);
            }
            catch (VerbsException)
            {
                // The system has no memory left: let the runtime find out whether it has some.
            }
        }

        Interlocked.Decrement(ref s_blocks);
        return AllocateManaged(bytes);
    }
}

/// <summary>A block that devices can send from.</summary>
/// <param name="number">Its number, below <see cref="RegisteredMemory.MaxBlocks"/>.</param>
/// <param name="slab">The memory.</param>
/// <param name="bytes">How much of it is used.</param>
internal sealed class RegisteredBlock(int number, NativeSlab slab, int bytes) : StagingBlock
{
    public int Number { get; } = number;

    public NativeSlab Slab { get; } = slab;

    public override Span<byte> Span => Slab.AsSpan(0, bytes);

    public override bool IsKept => true;
}
