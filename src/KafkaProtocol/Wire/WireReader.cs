using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace LogStore.KafkaProtocol.Wire;

/// <summary>
/// Reads one message. Every length is held against the bytes that are left before anything is allocated for it, arrays
/// by the least size that their elements can have, so that what a frame can make us allocate is a small multiple of its
/// size. Whatever is wrong with the bytes ends in a <see cref="MalformedMessageException"/>.
/// </summary>
public ref struct WireReader : IWireCodec
{
    private readonly ReadOnlyMemory<byte> _frame;
    private readonly ReadOnlySpan<byte> _span;
    private readonly bool _flexible;
    private int _position;
    private int _elementsLeft;

    /// <summary>Starts at the beginning of <paramref name="frame"/>.</summary>
    /// <param name="frame">The bytes; byte strings and records that are read are slices of it.</param>
    /// <param name="flexible">Whether lengths are compact and messages end in tagged fields.</param>
    /// <param name="maxElements">The most array elements that are accepted, all arrays together.</param>
    public WireReader(ReadOnlyMemory<byte> frame, bool flexible, int maxElements = WireLimits.DefaultMaxElements)
    {
        _frame = frame;
        _span = frame.Span;
        _flexible = flexible;
        _elementsLeft = maxElements;
    }

    /// <summary>How many bytes have been read.</summary>
    public readonly int Position => _position;

    /// <summary>How many bytes are left.</summary>
    public readonly int Remaining => _span.Length - _position;

    /// <summary>Reads <paramref name="message"/>, and past the tagged fields at its end where there are any.</summary>
    public void Message<T>(ref T message, short version) where T : IWireMessage
    {
        message.Visit(ref this, version);
        if (_flexible) SkipTaggedFields();
    }

    /// <inheritdoc/>
    public void Boolean(ref bool value) => value = Take(sizeof(byte))[0] != 0;

    /// <inheritdoc/>
    public void Int8(ref sbyte value) => value = (sbyte)Take(sizeof(sbyte))[0];

    /// <inheritdoc/>
    public void Int16(ref short value) => value = ReadInt16();

    /// <inheritdoc/>
    public void Int32(ref int value) => value = ReadInt32();

    /// <inheritdoc/>
    public void Int64(ref long value) => value = BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));

    /// <inheritdoc/>
    public void Uuid(ref Guid value) => value = new Guid(Take(WireLimits.UuidBytes), bigEndian: true);

    /// <inheritdoc/>
    public void String(ref string value)
    {
        int length = ReadStringLength();
        if (length < 0) ThrowNull("string");
        value = ReadString(length, value);
    }

    /// <inheritdoc/>
    public void NullableString(ref string? value)
    {
        int length = ReadStringLength();
        value = length < 0 ? null : ReadString(length, value);
    }

    /// <inheritdoc/>
    public void Bytes(ref ReadOnlyMemory<byte> value)
    {
        int length = ReadLength();
        if (length < 0) ThrowNull("byte string");
        value = TakeMemory(length);
    }

    /// <inheritdoc/>
    public void NullableBytes(ref ReadOnlyMemory<byte>? value)
    {
        int length = ReadLength();
        // Not a conditional expression: there, null would become an empty slice.
        if (length < 0) value = null;
        else value = TakeMemory(length);
    }

    /// <inheritdoc/>
    public void Records(ref RecordPayload value)
    {
        int length = ReadLength();
        value = length < 0 ? RecordPayload.Null : TakeMemory(length);
    }

    /// <inheritdoc/>
    public void Array(ref int[] values)
    {
        int count = ReadCount(sizeof(int));
        if (count < 0) ThrowNull("array");
        values = ReadInt32s(count);
    }

    /// <inheritdoc/>
    public void Array(ref long[] values)
    {
        int count = ReadCount(sizeof(long));
        if (count < 0) ThrowNull("array");
        values = count == 0 ? [] : new long[count];
        foreach (ref long value in values.AsSpan()) Int64(ref value);
    }

    /// <inheritdoc/>
    public void Array(ref string[] values)
    {
        int count = ReadStringCount();
        if (count < 0) ThrowNull("array");
        values = ReadStrings(count);
    }

    /// <inheritdoc/>
    public void NullableArray(ref int[]? values)
    {
        int count = ReadCount(sizeof(int));
        values = count < 0 ? null : ReadInt32s(count);
    }

    /// <inheritdoc/>
    public void NullableArray(ref string[]? values)
    {
        int count = ReadStringCount();
        values = count < 0 ? null : ReadStrings(count);
    }

    /// <inheritdoc/>
    public void Array<T>(ref T[] items, short version) where T : struct, IWireMessage
    {
        int count = ReadCount(MinimumSize<T>.Of(version, _flexible));
        if (count < 0) ThrowNull("array");
        items = ReadItems<T>(count, version);
    }

    /// <inheritdoc/>
    public void NullableArray<T>(ref T[]? items, short version) where T : struct, IWireMessage
    {
        int count = ReadCount(MinimumSize<T>.Of(version, _flexible));
        items = count < 0 ? null : ReadItems<T>(count, version);
    }

    /// <summary>Reads past a section of tagged fields. No field that we know of is sent in one.</summary>
    internal void SkipTaggedFields()
    {
        for (uint count = ReadUnsignedVarint(); count > 0; count--)
        {
            ReadUnsignedVarint();
            uint size = ReadUnsignedVarint();
            if (size > (uint)Remaining) ThrowTooLong("tagged field", size);
            _position += (int)size;
        }
    }

    private T[] ReadItems<T>(int count, short version) where T : struct, IWireMessage
    {
        if (count == 0) return [];
        SpendElements(count);
        var items = new T[count];
        foreach (ref T item in items.AsSpan())
        {
            item = new T();
            Message(ref item, version);
        }

        return items;
    }

    private int[] ReadInt32s(int count)
    {
        if (count == 0) return [];
        int[] values = new int[count];
        foreach (ref int value in values.AsSpan()) value = ReadInt32();
        return values;
    }

    private string[] ReadStrings(int count)
    {
        if (count == 0) return [];
        SpendElements(count);
        string[] values = new string[count];
        for (int i = 0; i < count; i++) String(ref values[i]);
        return values;
    }

    private void SpendElements(int count)
    {
        if (count > _elementsLeft) Throw("it has more array elements than are accepted");
        _elementsLeft -= count;
    }

    private short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(Take(sizeof(short)));

    private int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    /// <summary>Reads at most 32 bits, seven to a byte, the lowest first.</summary>
    private uint ReadUnsignedVarint()
    {
        uint value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            uint next = Take(1)[0];
            if (shift == 28 && next > 0xF) break;
            value |= (next & 0x7F) << shift;
            if (next < 0x80) return value;
        }

        Throw("a variable-length number exceeds 32 bits");
        return 0;
    }

    /// <summary>
    /// Reads a compact length, which is stored plus one so that zero can stand for null; -1 for null.
    /// </summary>
    private int ReadCompactLength()
    {
        uint stored = ReadUnsignedVarint();
        if (stored > int.MaxValue) ThrowTooLong("field", stored);
        return (int)stored - 1;
    }

    /// <summary>Reads the length of a string in bytes; -1 for null.</summary>
    private int ReadStringLength()
    {
        int length = _flexible ? ReadCompactLength() : ReadInt16();
        if (length < -1) ThrowNegative("string", length);
        if (length > WireLimits.MaxStringBytes || length > Remaining) ThrowTooLong("string", length);
        return length;
    }

    /// <summary>Reads the length of a byte string or of records in bytes; -1 for null.</summary>
    private int ReadLength()
    {
        int length = _flexible ? ReadCompactLength() : ReadInt32();
        if (length < -1) ThrowNegative("byte string", length);
        if (length > Remaining) ThrowTooLong("byte string", length);
        return length;
    }

    /// <summary>
    /// Reads the number of elements of an array, which have <paramref name="minimumSize"/> bytes each at least; -1 for
    /// null.
    /// </summary>
    private int ReadCount(int minimumSize)
    {
        int count = _flexible ? ReadCompactLength() : ReadInt32();
        if (count < -1) ThrowNegative("array", count);
        if (count > 0 && (long)count * minimumSize > Remaining) ThrowTooLong("array", count);
        return count;
    }

    private int ReadStringCount() => ReadCount(_flexible ? 1 : sizeof(short));

    /// <summary>
    /// Decodes a string, or keeps <paramref name="previous"/> where that is the same: a reader that is given its last
    /// result again, as with the client id of a connection's requests, allocates nothing.
    /// </summary>
    private string ReadString(int length, string? previous)
    {
        if (length == 0) return "";
        ReadOnlySpan<byte> utf8 = Take(length);
        if (previous is not null && Ascii.Equals(utf8, previous)) return previous;
        // Replacing what is not UTF-8 would give two different names the same text.
        if (!Utf8.IsValid(utf8)) Throw("a string is not UTF-8");
        return Encoding.UTF8.GetString(utf8);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)Remaining) Throw("it ends too early");
        ReadOnlySpan<byte> taken = _span.Slice(_position, count);
        _position += count;
        return taken;
    }

    private ReadOnlyMemory<byte> TakeMemory(int count)
    {
        Take(count);
        return _frame.Slice(_position - count, count);
    }

    [DoesNotReturn]
    private readonly void ThrowNull(string what) => Throw($"a {what} is null where null is not allowed");

    [DoesNotReturn]
    private readonly void ThrowNegative(string what, int length) => Throw($"a {what} has the length {length}");

    [DoesNotReturn]
    private readonly void ThrowTooLong(string what, long length) =>
        Throw($"a {what} has the length {length}, more than is allowed or left");

    [DoesNotReturn]
    private readonly void Throw(string reason) => throw new MalformedMessageException(reason, _position);
}
