using LogStore.Replicator.Rdma.Staging;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests.Staging;

/// <summary>
/// A writer, a reader, and a wire between them that delays what it carries: writes, their announcements, local completions and
/// grants. It keeps a model beside them: every entry's bytes, and how much of the ring may be in use.
/// </summary>
internal sealed class RingUnderTest
{
    private readonly Random _random;
    private readonly int _capacity;
    private readonly StagingWriter _writer;
    private readonly StagingReader _reader;
    private readonly byte[] _memory;
    private readonly byte[] _ring;
    private readonly Queue<(StagingWrite Write, byte[] Content)> _written = [];    // Not at the peer yet.
    private readonly Queue<(StagingWrite Write, byte[] Content)> _arrived = [];    // Not announced yet.
    private readonly Queue<(StagingEntry Entry, byte[] Content)> _admitted = [];   // Not freed yet.
    private readonly Queue<long> _incomplete = [];
    private readonly Queue<StagingGrant> _grants = [];
    private long _modelUsed;        // From here on the model speaks: positions without any help of the writer.
    private long _modelFreed;
    private long _modelReceives;
    private long _modelMessages;
    private long _modelFreedKnown;
    private long _modelCompleted;

    public RingUnderTest(int capacity, int receives, long generation, Random random)
    {
        _random = random;
        _capacity = capacity;
        _writer = new StagingWriter(capacity, receives, generation);
        _reader = new StagingReader(capacity, receives, generation);
        _memory = new byte[capacity];
        _ring = new byte[capacity];
        _modelReceives = receives;
    }

    public long Laps => _modelUsed / _capacity;

    public int Refusals { get; private set; }

    public void Step()
    {
        switch (_random.Next(8))
        {
            case < 3: TryWrite(_random.Next(_random.Next(4) == 0 ? _writer.MaxContent + 1 : 200)); break;
            case 3: Arrive(); break;
            case 4: Announce(); break;
            case 5: Release(); break;
            case 6: Grant(); break;
            default: for (int times = _random.Next(4); times > 0; times--) CompleteOrTakeGrant(); break;
        }
    }

    /// <summary>Writes an entry if there is room, which the model knows as well.</summary>
    public bool TryWrite(int length, int receivesToLeave = 0)
    {
        int placed = Math.Min(_writer.MaxContent, length + _random.Next(100));
        int span = (32 + placed + 63) / 64 * 64;
        long at = _modelUsed % _capacity;
        long begin = at + span <= _capacity ? _modelUsed : _modelUsed - at + _capacity;
        bool fits = begin + span - Math.Min(_modelFreedKnown, _modelCompleted) <= _capacity && _modelReceives - _modelMessages > receivesToLeave;
        Assert.Equal(fits, _writer.HasRoom(placed, receivesToLeave));
        if (!fits)
        {
            Refusals++;
            return false;
        }

        byte[] content = new byte[length];
        _random.NextBytes(content);
        int place = _writer.PlaceOf(placed);
        Assert.Equal((begin % _capacity) + 32, place);
        content.CopyTo(_memory, place);
        StagingWrite write = _writer.Commit(_memory, StagingKind.Frame, placed, length);
        _modelUsed = begin + ((32 + length + 63) / 64 * 64);
        _modelMessages++;
        Assert.Equal(_modelUsed, write.End);
        _written.Enqueue((write, content));
        _incomplete.Enqueue(write.End);
        return true;
    }

    /// <summary>Lets everything come to its end.</summary>
    public void Drain()
    {
        while (_written.Count > 0) Arrive();
        while (_arrived.Count > 0) Announce();
        while (_admitted.Count > 0) Release();
        Grant();
        while (_incomplete.Count > 0 || _grants.Count > 0) CompleteOrTakeGrant();
        Assert.Equal(_modelUsed, _modelFreedKnown);
        Assert.Equal(0, _writer.Outstanding);
    }

    private void Arrive()
    {
        if (!_written.TryDequeue(out (StagingWrite Write, byte[] Content) next)) return;
        StagingWrite write = next.Write;
        if (write.PadOffset >= 0)
            _memory.AsSpan(write.PadOffset, StagingHeader.Size).CopyTo(_ring.AsSpan(write.PadOffset));
        _memory.AsSpan(write.Offset, write.Length).CopyTo(_ring.AsSpan(write.Offset));
        _arrived.Enqueue(next);
    }

    private void Announce()
    {
        if (!_arrived.TryDequeue(out (StagingWrite Write, byte[] Content) next)) return;
        StagingEntry entry = _reader.Admit(_ring, next.Write.Immediate);
        Assert.Equal(StagingKind.Frame, entry.Kind);
        Assert.Equal(next.Write.End, entry.End);
        _admitted.Enqueue((entry, next.Content));
    }

    private void Release()
    {
        if (!_admitted.TryDequeue(out (StagingEntry Entry, byte[] Content) next)) return;
        // Until now nothing may have been written over it.
        Span<byte> there = _ring.AsSpan(next.Entry.Offset, next.Entry.Length);
        Assert.True(there.SequenceEqual(next.Content), "an entry was changed");
        _reader.Release(next.Entry);
        _reader.CountReceive();
        _modelFreed = next.Entry.End;
        if (_reader.IsGrantDue) Grant();
    }

    private void Grant()
    {
        StagingGrant grant = _reader.TakeGrant(0);
        Assert.Equal(_modelFreed, grant.Freed);
        byte[] bytes = new byte[StagingGrant.Size];
        grant.WriteTo(bytes);
        _grants.Enqueue(StagingGrant.Read(bytes));
    }

    private void CompleteOrTakeGrant()
    {
        if (_random.Next(2) == 0 && _incomplete.TryDequeue(out long end))
        {
            _writer.Complete(end);
            _modelCompleted = end;
        }
        else if (_grants.TryDequeue(out StagingGrant grant))
        {
            Assert.True(_writer.TryTake(grant));
            Assert.False(_writer.TryTake(grant with { Generation = grant.Generation - 1 }), "of another ring");
            Assert.False(_writer.TryTake(grant with { Freed = _modelUsed + 64 }), "more than was written");
            Assert.False(_writer.TryTake(grant with { Receives = grant.Receives + 100_000_000 }), "more than was used up");
            _modelReceives = grant.Receives;
            _modelFreedKnown = grant.Freed;
        }
    }
}
