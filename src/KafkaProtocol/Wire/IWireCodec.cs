namespace LogStore.KafkaProtocol.Wire;

/// <summary>
/// One thing that can be done with every field of a message. Integers are big endian. Strings, byte strings and arrays
/// have the compact form (length + 1 as an unsigned varint) in a flexible version and fixed-width lengths in the
/// others, and each message and element of a flexible version ends in a section of tagged fields (KIP-482): the codec
/// knows which of the two it speaks, so that a message's description is the same for both.
/// </summary>
public interface IWireCodec
{
    /// <summary>One byte; anything but zero is true.</summary>
    public void Boolean(ref bool value);

    /// <summary>One byte, signed.</summary>
    public void Int8(ref sbyte value);

    /// <summary>Two bytes, signed.</summary>
    public void Int16(ref short value);

    /// <summary>Four bytes, signed.</summary>
    public void Int32(ref int value);

    /// <summary>Eight bytes, signed.</summary>
    public void Int64(ref long value);

    /// <summary>Sixteen bytes, in the order in which a UUID is written (RFC 9562).</summary>
    public void Uuid(ref Guid value);

    /// <summary>UTF-8 of at most 32,767 bytes. Null is written as the empty string.</summary>
    public void String(ref string value);

    /// <summary>UTF-8 of at most 32,767 bytes, or null.</summary>
    public void NullableString(ref string? value);

    /// <summary>Bytes. Read as a slice of the frame: copy what outlives it.</summary>
    public void Bytes(ref ReadOnlyMemory<byte> value);

    /// <summary>Bytes or null. Read as a slice of the frame: copy what outlives it.</summary>
    public void NullableBytes(ref ReadOnlyMemory<byte>? value);

    /// <summary>Record batches, or null. Never copied on reading; spliced in on writing.</summary>
    public void Records(ref RecordPayload value);

    /// <summary>An array of numbers. Null is written as an empty array.</summary>
    public void Array(ref int[] values);

    /// <inheritdoc cref="Array(ref int[])"/>
    public void Array(ref long[] values);

    /// <summary>An array of strings. Null is written as an empty array.</summary>
    public void Array(ref string[] values);

    /// <summary>An array of numbers, or null.</summary>
    public void NullableArray(ref int[]? values);

    /// <summary>An array of strings, or null.</summary>
    public void NullableArray(ref string[]? values);

    /// <summary>
    /// An array of elements, each followed by its tagged fields in a flexible version. Null is written as an empty
    /// array.
    /// </summary>
    public void Array<T>(ref T[] items, short version) where T : struct, IWireMessage;

    /// <summary>An array of elements as in <see cref="Array{T}"/>, or null.</summary>
    public void NullableArray<T>(ref T[]? items, short version) where T : struct, IWireMessage;
}
