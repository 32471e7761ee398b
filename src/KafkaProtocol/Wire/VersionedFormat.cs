using System.Buffers.Binary;

namespace LogStore.KafkaProtocol.Wire;

/// <summary>Reads and writes formats that say their own version.</summary>
public static class VersionedFormat
{
    /// <summary>Reads the version alone, which tells the formats of a record's key apart.</summary>
    /// <exception cref="MalformedMessageException">There are not two bytes.</exception>
    public static short ReadVersion(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.TryReadInt16BigEndian(bytes, out short version)
            ? version
            : throw new MalformedMessageException("it ends too early", 0);

    /// <summary>Reads a version and what follows. Byte strings in it are slices of <paramref name="bytes"/>.</summary>
    /// <exception cref="MalformedMessageException">The bytes are no such thing, or in a version not known
    /// here.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> bytes) where T : IVersionedFormat, new()
    {
        short version = ReadVersion(bytes.Span);
        if (version < T.MinVersion || (version > T.MaxVersion && !T.NewerVersionsAddAtTheEnd))
            throw new MalformedMessageException(
                $"it has version {version}; known are {T.MinVersion} to {T.MaxVersion}", 0);
        var reader = new WireReader(bytes[sizeof(short)..], flexible: false);
        var message = new T();
        reader.Message(ref message, Math.Min(version, T.MaxVersion));
        return message;
    }

    /// <summary>Writes <paramref name="version"/> and <paramref name="message"/> in it.</summary>
    public static byte[] Write<T>(T message, short version) where T : IVersionedFormat
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, T.MinVersion);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, T.MaxVersion);
        using var buffer = new FrameBuffer();
        var writer = new WireWriter(buffer, flexible: false);
        writer.Int16(ref version);
        writer.Message(ref message, version);
        return buffer.ToArray();
    }
}
