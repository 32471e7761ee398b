using LogStore.Appending;

namespace LogStore.Reading;

/// <summary>
/// Whole batches, as the file has them, in the memory from which they were written: see <see cref="LogCursor.TryLend"/>. The
/// memory does not change until they are released, which is to be done once, from any thread.
/// </summary>
public readonly struct LentBatches
{
    private readonly StagingBuffer _buffer;

    internal LentBatches(StagingBuffer buffer, int start, int length, long nextOffset)
    {
        _buffer = buffer;
        Start = start;
        Length = length;
        NextOffset = nextOffset;
    }

    /// <summary>The memory that they are in.</summary>
    public StagingBlock Block => _buffer.Block;

    /// <summary>Where in it they begin, in bytes.</summary>
    public int Start { get; }

    /// <summary>Their length in bytes.</summary>
    public int Length { get; }

    /// <summary>The offset behind the last of them.</summary>
    public long NextOffset { get; }

    /// <summary>Their bytes.</summary>
    public ReadOnlySpan<byte> Bytes => Block.Span.Slice(Start, Length);

    /// <summary>Gives the memory back. Not needed, and of no effect, for a default value.</summary>
    public void Release() => _buffer?.Release();
}
