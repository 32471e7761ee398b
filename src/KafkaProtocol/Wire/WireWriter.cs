using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace LogStore.KafkaProtocol.Wire;

/// <summary>Writes one message to the end of a <see cref="FrameBuffer"/>.</summary>
public readonly ref struct WireWriter : IWireCodec
{
    private readonly FrameBuffer _buffer;
    private readonly bool _flexible;

    /// <summary>Writes to the end of <paramref name="buffer"/>.</summary>
    /// <param name="buffer">What takes the bytes.</param>
    /// <param name="flexible">Whether lengths are compact and messages end in tagged fields.</param>
    public WireWriter(FrameBuffer buffer, bool flexible)
    {
        _buffer = buffer;
        _flexible = flexible;
    }

    /// <summary>
    /// Writes <paramref name="message"/>, and an empty section of tagged fields where there has to be one.
    /// </summary>
    public void Message<T>(ref T message, short version) where T : IWireMessage
    {
        WireWriter writer = this;
        message.Visit(ref writer, version);
        if (_flexible) WriteNoTaggedFields();
    }

    /// <inheritdoc/>
    public void Boolean(ref bool value) => _buffer.Append(sizeof(byte))[0] = value ? (byte)1 : (byte)0;

    /// <inheritdoc/>
    public void Int8(ref sbyte value) => _buffer.Append(sizeof(sbyte))[0] = (byte)value;

    /// <inheritdoc/>
    public void Int16(ref short value) => WriteInt16(value);

    /// <inheritdoc/>
    public void Int32(ref int value) => WriteInt32(value);

    /// <inheritdoc/>
    public void Int64(ref long value) => BinaryPrimitives.WriteInt64BigEndian(_buffer.Append(sizeof(long)), value);

    /// <inheritdoc/>
    public void Uuid(ref Guid value) =>
        value.TryWriteBytes(_buffer.Append(WireLimits.UuidBytes), bigEndian: true, out _);

    /// <inheritdoc/>
    public void String(ref string value) => WriteString(value ?? "");

    /// <inheritdoc/>
    public void NullableString(ref string? value)
    {
        if (value is not null) WriteString(value);
        else if (_flexible) WriteUnsignedVarint(0);
        else WriteInt16(-1);
    }

    /// <inheritdoc/>
    public void Bytes(ref ReadOnlyMemory<byte> value) => WriteBytes(value.Span);

    /// <inheritdoc/>
    public void NullableBytes(ref ReadOnlyMemory<byte>? value)
    {
        if (value is { } bytes) WriteBytes(bytes.Span);
        else WriteLength(-1);
    }

    /// <inheritdoc/>
    public void Records(ref RecordPayload value)
    {
        WriteLength(value.Length);
        _buffer.Splice(value);
    }

    /// <inheritdoc/>
    public void Array(ref int[] values) => WriteInt32s(values ?? []);

    /// <inheritdoc/>
    public void Array(ref long[] values)
    {
        WriteLength(values?.Length ?? 0);
        foreach (ref long value in values.AsSpan()) Int64(ref value);
    }

    /// <inheritdoc/>
    public void Array(ref string[] values) => WriteStrings(values ?? []);

    /// <inheritdoc/>
    public void NullableArray(ref int[]? values)
    {
        if (values is null) WriteLength(-1);
        else WriteInt32s(values);
    }

    /// <inheritdoc/>
    public void NullableArray(ref string[]? values)
    {
        if (values is null) WriteLength(-1);
        else WriteStrings(values);
    }

    /// <inheritdoc/>
    public void Array<T>(ref T[] items, short version) where T : struct, IWireMessage =>
        WriteItems(items ?? [], version);

    /// <inheritdoc/>
    public void NullableArray<T>(ref T[]? items, short version) where T : struct, IWireMessage
    {
        if (items is null) WriteLength(-1);
        else WriteItems(items, version);
    }

    /// <summary>Writes a section of tagged fields without any.</summary>
    internal void WriteNoTaggedFields() => WriteUnsignedVarint(0);

    private void WriteItems<T>(T[] items, short version) where T : struct, IWireMessage
    {
        WriteLength(items.Length);
        foreach (ref T item in items.AsSpan()) Message(ref item, version);
    }

    private void WriteInt32s(int[] values)
    {
        WriteLength(values.Length);
        foreach (int value in values) WriteInt32(value);
    }

    private void WriteStrings(string[] values)
    {
        WriteLength(values.Length);
        foreach (string value in values) WriteString(value);
    }

    private void WriteString(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        if (length > WireLimits.MaxStringBytes) ThrowTooLong(length);
        if (_flexible) WriteUnsignedVarint((uint)length + 1);
        else WriteInt16((short)length);
        Encoding.UTF8.GetBytes(value, _buffer.Append(length));
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteLength(bytes.Length);
        bytes.CopyTo(_buffer.Append(bytes.Length));
    }

    /// <summary>Writes the length of an array, of a byte string or of records; -1 for null.</summary>
    private void WriteLength(int length)
    {
        if (_flexible) WriteUnsignedVarint((uint)(length + 1));
        else WriteInt32(length);
    }

    private void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(_buffer.Append(sizeof(short)), value);

    private void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(_buffer.Append(sizeof(int)), value);

    private void WriteUnsignedVarint(uint value)
    {
        for (; value >= 0x80; value >>= 7) _buffer.Append(1)[0] = (byte)(value | 0x80);
        _buffer.Append(1)[0] = (byte)value;
    }

    [DoesNotReturn]
    private static void ThrowTooLong(int length) =>
        throw new ArgumentException($"A string of {length} bytes was to be sent; the protocol carries at most " +
            $"{WireLimits.MaxStringBytes}. Shorten it.");
}
