using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace LogStore.Cli.Output;

/// <summary>Standard output as bytes, behind a buffer.</summary>
/// <remarks>
/// Not thread-safe. It calls write(2) itself: the console's own stream takes a closed pipe for success, so that a command
/// would go on writing to nobody, and a file stream keeps a position of its own, which does not suit a file that several
/// commands write to in turn. Source: write(2).
/// </remarks>
internal sealed class StandardOutput : IBufferWriter<byte>
{
    private const int BufferBytes = 256 * 1024;
    private const int Descriptor = 1;
    private const int InterruptedCall = 4; // EINTR
    private const int TryAgain = 11;       // EAGAIN
    private const int BrokenPipe = 32;     // EPIPE

    private readonly Stream? _console = OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : null;
    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
    private int _count;

    /// <summary>Appends bytes.</summary>
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _count)
        {
            Flush();
            if (bytes.Length > _buffer.Length)
            {
                WriteThrough(bytes);
                return;
            }
        }

        bytes.CopyTo(_buffer.AsSpan(_count));
        _count += bytes.Length;
    }

    /// <summary>Appends one byte.</summary>
    public void Write(byte value)
    {
        if (_count == _buffer.Length) Flush();
        _buffer[_count++] = value;
    }

    /// <summary>Appends a number in decimal digits.</summary>
    public void Write(long number)
    {
        const int Longest = 20;
        if (_buffer.Length - _count < Longest) Flush();
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_count), out int written);
        _count += written;
    }

    /// <inheritdoc/>
    public void Advance(int count) => _count += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_count);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_count);
    }

    /// <summary>Hands everything to the operating system.</summary>
    /// <exception cref="ClosedOutputException">Nobody reads it any more.</exception>
    public void Flush()
    {
        int count = _count;
        _count = 0;
        WriteThrough(_buffer.AsSpan(0, count));
    }

    private void Reserve(int sizeHint)
    {
        int wanted = Math.Max(sizeHint, 1);
        if (wanted <= _buffer.Length - _count) return;
        Flush();
        if (wanted > _buffer.Length) _buffer = GC.AllocateUninitializedArray<byte>(wanted);
    }

    private void WriteThrough(ReadOnlySpan<byte> bytes)
    {
        if (_console is not null)
        {
            _console.Write(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            nint written = Write(Descriptor, in MemoryMarshal.GetReference(bytes), bytes.Length);
            if (written >= 0) bytes = bytes[(int)written..];
            else HandleError(Marshal.GetLastPInvokeError());
        }
    }

    private static void HandleError(int error)
    {
        switch (error)
        {
            case InterruptedCall:
                return;
            case TryAgain:
                Thread.Sleep(1); // Somebody has made the descriptor non-blocking; its reader is slow.
                return;
            case BrokenPipe:
                throw new ClosedOutputException();
            default:
                throw new IOException(
                    $"standard output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}", error);
        }
    }

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    private static extern nint Write(int descriptor, in byte bytes, nint count);
}
