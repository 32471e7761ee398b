using System.Threading.Channels;

namespace LogStore.Cli.Producing;

/// <summary>
/// Reads a stream on a thread of its own into a few buffers that go round, so that a slow input neither holds up batches
/// that are due nor an interruption, and a fast one is read while earlier bytes are still being worked on.
/// </summary>
/// <remarks>One consumer. Memory is bounded: the thread waits while all buffers are full.</remarks>
internal sealed class InputPump : IDisposable
{
    private const int BufferBytes = 256 * 1024;
    private const int BufferCount = 4;

    private readonly Stream _input;
    private readonly Channel<byte[]> _empty = Channel.CreateBounded<byte[]>(BufferCount);
    private readonly Channel<(byte[] Buffer, int Count)> _full =
        Channel.CreateBounded<(byte[] Buffer, int Count)>(BufferCount);
    private byte[]? _taken;

    /// <summary>Starts reading.</summary>
    /// <param name="input">The stream, which stays the caller's.</param>
    public InputPump(Stream input)
    {
        _input = input;
        for (int index = 0; index < BufferCount; index++)
            _empty.Writer.TryWrite(GC.AllocateUninitializedArray<byte>(BufferBytes));
        // A background thread: one that is blocked in read(2) must not keep the process alive.
        new Thread(Pump) { IsBackground = true, Name = "input" }.Start();
    }

    /// <summary>Completes when there is something to take, with true, or nothing more will come, with false.</summary>
    /// <exception cref="IOException">The input cannot be read.</exception>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) =>
        _full.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the next bytes; those taken before are no longer valid.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> bytes)
    {
        if (_taken is not null) _empty.Writer.TryWrite(_taken);
        _taken = null;
        bytes = default;
        if (!_full.Reader.TryRead(out (byte[] Buffer, int Count) chunk)) return false;
        _taken = chunk.Buffer;
        bytes = chunk.Buffer.AsMemory(0, chunk.Count);
        return true;
    }

    /// <summary>Lets the thread end once its present read returns.</summary>
    public void Dispose() => _empty.Writer.TryComplete();

    private void Pump()
    {
        Exception? failure = null;
        try
        {
            while (TakeEmpty() is { } buffer)
            {
                int count = _input.Read(buffer);
                if (count == 0) break;
                _full.Writer.TryWrite((buffer, count)); // There is room: it holds as many as there are buffers.
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            failure = exception;
        }

        _full.Writer.TryComplete(failure);
    }

    private byte[]? TakeEmpty()
    {
        while (true)
        {
            if (_empty.Reader.TryRead(out byte[]? buffer)) return buffer;
            if (!_empty.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult()) return null;
        }
    }
}
