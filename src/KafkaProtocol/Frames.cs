using System.Buffers.Binary;
using LogStore.KafkaProtocol.Wire;

namespace LogStore.KafkaProtocol;

/// <summary>Finds frames in a stream: four bytes of size, big endian, then as many bytes.</summary>
public static class Frames
{
    /// <summary>The size of the size, in bytes.</summary>
    public const int PrefixSize = sizeof(int);

    /// <summary>
    /// The largest frame that Kafka's brokers accept unless told otherwise (<c>socket.request.max.bytes</c>), in bytes.
    /// </summary>
    public const int DefaultMaxFrameBytes = 100 * 1024 * 1024;

    /// <summary>Reads the size of the next frame; false as long as it has not arrived whole.</summary>
    /// <param name="received">What has arrived, from the beginning of a frame.</param>
    /// <param name="maxFrameBytes">The largest size that is accepted.</param>
    /// <param name="size">The bytes of the frame that follow the size.</param>
    /// <exception cref="MalformedMessageException">The size is negative, or too large to make room for.</exception>
    public static bool TryReadSize(ReadOnlySpan<byte> received, int maxFrameBytes, out int size)
    {
        if (!BinaryPrimitives.TryReadInt32BigEndian(received, out size)) return false;
        if (size < 0 || size > maxFrameBytes)
            throw new MalformedMessageException($"a frame has {size} bytes; accepted are 0 to {maxFrameBytes}", 0);
        return true;
    }

    /// <summary>Writes bytes that are no message as a frame, their size in front.</summary>
    public static void Write(FrameBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        FrameBuffer.Mark start = buffer.BeginFrame();
        bytes.CopyTo(buffer.Append(bytes.Length));
        buffer.EndFrame(start);
    }
}
