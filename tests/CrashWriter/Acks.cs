using System.Buffers.Binary;

namespace CrashWriter;

/// <summary>
/// Tells the parent process what was acknowledged, over standard output: writer, number and offset, 16 bytes each, big
/// endian. One write(2) at a time, so that a kill cuts the stream and nothing else.
/// </summary>
internal sealed class Acks : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stream _output = Console.OpenStandardOutput();

    public void Write(int writer, int number, long offset)
    {
        Span<byte> ack = stackalloc byte[16];
        BinaryPrimitives.WriteInt32BigEndian(ack, writer);
        BinaryPrimitives.WriteInt32BigEndian(ack[4..], number);
        BinaryPrimitives.WriteInt64BigEndian(ack[8..], offset);
        lock (_gate) _output.Write(ack);
    }

    public void Dispose() => _output.Dispose();
}
