using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.Broker.Network;

/// <summary>
/// Cuts what a connection receives into frames. What a size says is believed only as far as bytes have come: a frame gets
/// room for what its connection has sent before, and more as it fills, so that a lie costs little memory.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class FrameReader(
    Transport transport, RequestMemory memory, ActivityMark activity, int maxFrameBytes, TimeSpan stallTimeout)
{
    /// <summary>Small: it is what an idle connection costs.</summary>
    private const int BufferBytes = 4 * 1024;

    private const int FirstFrameBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;
    private int _largest = FirstFrameBytes;
    private Task<int>? _pending;

    /// <summary>The most bytes that a frame may have.</summary>
    public int MaxFrameBytes { get; set; } = maxFrameBytes;

    /// <summary>Whether a part of a frame has come, so that the rest should not be long.</summary>
    public bool IsInsideFrame { get; private set; }

    /// <summary>
    /// Receives what comes, as far as there is room for it, until something else is done; false if the other side has closed
    /// before that.
    /// </summary>
    public async ValueTask<bool> LookAheadAsync(Task done, CancellationToken cancellationToken)
    {
        while (!done.IsCompleted && (_end < _buffer.Length || _start > 0))
        {
            _pending ??= ReceiveAsync(cancellationToken).AsTask();
            // What is still under way is the first thing of the next frame.
            if (await Task.WhenAny(done, _pending).ConfigureAwait(false) == done) return true;
            if (!await FillAsync(cancellationToken).ConfigureAwait(false)) return false;
        }

        return true;
    }

    /// <summary>Reads the next frame; null when the other side has closed between two frames.</summary>
    /// <exception cref="MalformedMessageException">The size is one that no frame has.</exception>
    /// <exception cref="EndOfStreamException">The other side has closed in the middle of a frame.</exception>
    /// <exception cref="TimeoutException">There was no memory for it in time.</exception>
    public async ValueTask<RequestFrame?> ReadAsync(CancellationToken cancellationToken)
    {
        int size;
        IsInsideFrame = _end > _start;
        while (!Frames.TryReadSize(_buffer.AsSpan(_start, _end - _start), MaxFrameBytes, out size))
        {
            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                if (_end == _start) return null;
                throw new EndOfStreamException("it ended in the middle of a frame");
            }

            IsInsideFrame = true;
        }

        _start += Frames.PrefixSize;
        RequestFrame frame = await RentAsync(Math.Min(size, _largest), cancellationToken).ConfigureAwait(false);
        try
        {
            Take(frame, size);
            while (frame.Length < size)
            {
                if (frame.Length == frame.Capacity) frame = await GrowAsync(frame, size, cancellationToken).ConfigureAwait(false);
                if (_pending is not null)
                {
                    if (!await FillAsync(cancellationToken).ConfigureAwait(false))
                        throw new EndOfStreamException("it ended in the middle of a frame");
                    Take(frame, size);
                    continue;
                }

                int count = await transport.ReceiveAsync(frame.Room(size), cancellationToken).ConfigureAwait(false);
                if (count == 0) throw new EndOfStreamException("it ended in the middle of a frame");
                frame.Advance(count);
                activity.Touch();
            }
        }
        catch
        {
            frame.Dispose();
            throw;
        }

        _largest = Math.Max(_largest, size);
        IsInsideFrame = false;
        return frame;
    }

    /// <summary>Counts memory that a request takes beside its bytes.</summary>
    /// <exception cref="TimeoutException">There was none in time.</exception>
    public async ValueTask CountMoreAsync(RequestFrame frame, int bytes, CancellationToken cancellationToken)
    {
        if (!await frame.CountMoreAsync(bytes, stallTimeout, cancellationToken).ConfigureAwait(false)) throw NoMemory();
    }

    /// <summary>Receives into the buffer; false when the other side has closed.</summary>
    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        ValueTask<int> receive = _pending is null ? ReceiveAsync(cancellationToken) : new ValueTask<int>(_pending);
        _pending = null;
        int count = await receive.ConfigureAwait(false);
        _end += count;
        activity.Touch();
        return count > 0;
    }

    private ValueTask<int> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_start == _end) _start = _end = 0;
        if (_end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        return transport.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken);
    }

    /// <summary>Moves what is there of the frame out of the buffer.</summary>
    private void Take(RequestFrame frame, int size)
    {
        int count = Math.Min(frame.Room(size).Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(frame.Room(size).Span);
        frame.Advance(count);
        _start += count;
    }

    private async ValueTask<RequestFrame> GrowAsync(RequestFrame frame, int size, CancellationToken cancellationToken)
    {
        int wanted = (int)Math.Min(size, 2L * frame.Capacity);
        return await RequestFrame.GrowAsync(memory, frame, wanted, stallTimeout, cancellationToken).ConfigureAwait(false) ??
            throw NoMemory();
    }

    private async ValueTask<RequestFrame> RentAsync(int bytes, CancellationToken cancellationToken) =>
        await RequestFrame.RentAsync(memory, bytes, stallTimeout, cancellationToken).ConfigureAwait(false) ??
        throw NoMemory();

    private static TimeoutException NoMemory() =>
        new("there was no memory for its request in time (queued.max.request.bytes)");
}
