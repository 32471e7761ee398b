using System.Text;

namespace LogStore.Records;

/// <summary>The headers of a record, in their order.</summary>
/// <remarks>
/// A view, valid as long as its record. Enumerating it ends in <see cref="InvalidRecordBatchException"/> where the
/// bytes break the format.
/// </remarks>
public readonly ref struct RecordHeaders
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly long _offset;

    internal RecordHeaders(ReadOnlySpan<byte> bytes, int count, long offset)
    {
        _bytes = bytes;
        _offset = offset;
        Count = count;
    }

    /// <summary>The number of headers.</summary>
    public int Count { get; }

    /// <summary>Starts at the first header.</summary>
    public Enumerator GetEnumerator() => new(_bytes, Count, _offset);

    /// <summary>Goes through the headers of a record.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _bytes;
        private readonly long _offset;
        private int _remaining;
        private int _position;

        internal Enumerator(ReadOnlySpan<byte> bytes, int count, long offset)
        {
            _bytes = bytes;
            _remaining = count;
            _offset = offset;
        }

        /// <summary>The header last moved to.</summary>
        public RecordHeaderView Current { get; private set; }

        /// <summary>Moves to the next header.</summary>
        /// <returns>False after the last one.</returns>
        /// <exception cref="InvalidRecordBatchException">The bytes break the format.</exception>
        public bool MoveNext()
        {
            if (_remaining == 0)
            {
                if (_position != _bytes.Length) InvalidBatch.ThrowRecord(_offset, "bytes follow its headers");
                return false;
            }

            _remaining--;
            ReadOnlySpan<byte> key = Read(out bool keyIsNull);
            if (keyIsNull) InvalidBatch.ThrowRecord(_offset, "a header has no key");
            ReadOnlySpan<byte> value = Read(out bool valueIsNull);
            Current = new RecordHeaderView(key, valueIsNull ? NullableBytes.Null : new NullableBytes(value));
            return true;
        }

        private ReadOnlySpan<byte> Read(out bool isNull)
        {
            if (!Varint.TryRead(_bytes, ref _position, out int length) ||
                length < -1 || length > _bytes.Length - _position)
                InvalidBatch.ThrowRecord(_offset, "a header's length is wrong");
            isNull = length < 0;
            if (isNull) return default;

            ReadOnlySpan<byte> bytes = _bytes.Slice(_position, length);
            _position += length;
            return bytes;
        }
    }
}

/// <summary>One header of a record.</summary>
/// <remarks>A view, valid as long as its record.</remarks>
public readonly ref struct RecordHeaderView
{
    internal RecordHeaderView(ReadOnlySpan<byte> keyUtf8, NullableBytes value)
    {
        KeyUtf8 = keyUtf8;
        Value = value;
    }

    /// <summary>The key as it lies in the record: UTF-8, though nobody has checked it.</summary>
    public ReadOnlySpan<byte> KeyUtf8 { get; }

    /// <summary>The key as a new string; bytes that are not UTF-8 become U+FFFD.</summary>
    public string Key => Encoding.UTF8.GetString(KeyUtf8);

    /// <summary>The value, which may be null.</summary>
    public NullableBytes Value { get; }
}
