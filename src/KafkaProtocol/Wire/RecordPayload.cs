namespace LogStore.KafkaProtocol.Wire;

/// <summary>
/// The record batches inside a Produce request or a Fetch response: bytes in memory, or a promise of bytes that whoever
/// sends the frame puts in their place (a range of a segment file that goes to the socket by sendfile). The default
/// value is empty.
/// </summary>
/// <remarks>
/// Bytes that were read are a slice of the frame and live as long as it does. Bytes to be written are referred to, not
/// copied, until the frame has been sent.
/// </remarks>
public readonly struct RecordPayload
{
    private RecordPayload(ReadOnlyMemory<byte> bytes, object? source, int length)
    {
        Bytes = bytes;
        Source = source;
        Length = length;
    }

    /// <summary>No records at all, which the protocol tells apart from an empty payload.</summary>
    public static RecordPayload Null => new(default, null, -1);

    /// <summary>The bytes; empty where they are null or external.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>What the sender takes external bytes from; null where the bytes are in memory.</summary>
    public object? Source { get; }

    /// <summary>The size in bytes, wherever the bytes are; -1 where they are null.</summary>
    public int Length { get; }

    /// <summary>Whether this is <see cref="Null"/>.</summary>
    public bool IsNull => Length < 0;

    /// <summary>Whether the sender has to put the bytes in.</summary>
    public bool IsExternal => Source is not null;

    /// <summary>A payload of bytes in memory.</summary>
    public static RecordPayload FromBytes(ReadOnlyMemory<byte> bytes) => new(bytes, null, bytes.Length);

    /// <summary>
    /// A payload of exactly <paramref name="length"/> bytes that the sender takes from <paramref name="source"/>.
    /// </summary>
    public static RecordPayload FromExternal(object source, int length)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new(default, source, length);
    }

    /// <summary>Turns bytes in memory into a payload.</summary>
    public static implicit operator RecordPayload(ReadOnlyMemory<byte> bytes) => FromBytes(bytes);
}
