using LogStore.Replicator.Rdma.Staging;
using LogStore.Replicator.Transport.Frames;
using LogStore.Simulation.Rdma;

namespace LogStore.Simulation.Checkers;

/// <summary>
/// One direction of a link over RDMA: what its receiver hands on is, byte for byte, what its sender was given, in order
/// and without gaps; entries are admitted as they were written; nothing is written over one that was not released; and
/// only this link writes to its ring. And its sender speaks of room no more often than there is reason to: two ends that
/// grant each other what their grants have used up would never be silent.
/// </summary>
/// <remarks>Does not say that anything arrives at all: that all comes right in the end does.</remarks>
internal sealed class StagingChecker(World world, int from, int to, int capacity)
{
    private readonly Queue<(FrameHeader Header, byte[] Bytes)> _frames = new();
    private readonly Queue<StagingWrite> _entries = new();
    private long _released;
    private long _grantsAlone;
    private long _answers;
    private long _entriesBack;

    public void Fail(string what) => throw new SimulationFailure("Staging", $"{from} -> {to}: {what}");

    /// <summary>The sender was given a frame.</summary>
    public void OnSent(in FrameHeader header, byte[] bytes) => _frames.Enqueue((header, bytes));

    /// <summary>The sender has posted an entry.</summary>
    public void OnPosted(in StagingWrite entry) => _entries.Enqueue(entry);

    /// <summary>The sender grants something, and says nothing else.</summary>
    public void OnGrantAlone()
    {
        if (++_grantsAlone > (_answers / 2) + _entriesBack + 1)
            Fail($"grants alone {_grantsAlone} times, for {_answers} messages of which {_entriesBack} were entries");
    }

    /// <summary>Something has come back from the receiver.</summary>
    public void OnAnswered(bool isEntry)
    {
        _answers++;
        if (isEntry) _entriesBack++;
    }

    /// <summary>Bytes are about to be written.</summary>
    /// <param name="memory">Where to.</param>
    /// <param name="end">Where the entry ends, in bytes of the ring over all of its laps.</param>
    public void OnLanding(RegisteredMemory memory, long end)
    {
        if (memory.IsFreed || !ReferenceEquals(memory.Checker, this))
            Fail("writes to memory that is no longer its ring");
        if (!IsFreeUpTo(end)) Fail($"writes up to {end} over an entry that is in use: {_released} bytes are released");
    }

    /// <summary>Whether everything was released that was written a lap before a position.</summary>
    public bool IsFreeUpTo(long end) => end - capacity <= _released;

    /// <summary>The receiver has admitted an entry.</summary>
    public void OnAdmitted(in StagingEntry entry)
    {
        if (!_entries.TryDequeue(out StagingWrite written) || entry.End != written.End ||
            entry.Offset != written.Offset + StagingHeader.Size || entry.Length != written.Length - StagingHeader.Size)
        {
            Fail($"admits {entry}, written was {written}");
        }

        world.Trace.Step(entry.End, entry.Length);
    }

    /// <summary>The receiver has a frame.</summary>
    public void OnReceived(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (!_frames.TryDequeue(out (FrameHeader Header, byte[] Bytes) sent)) Fail("hands on what nobody has sent");
        if (header != sent.Header || !payload.SequenceEqual(sent.Bytes.AsSpan(FrameHeader.Size, header.PayloadLength)))
            Fail($"hands on {header}, and not what was sent: {sent.Header}");
    }

    /// <summary>The receiver has read all that is before a position for the last time.</summary>
    public void OnReleased(long end) => _released = end;
}
