using System.Diagnostics.CodeAnalysis;
using LogStore.Records.Codecs;

namespace LogStore.Records;

/// <summary>Goes through the records of a batch in their order, reading them in place.</summary>
/// <remarks>
/// Holds pooled memory where the batch is compressed: <c>foreach</c> disposes it, other callers must. Not thread-safe.
/// </remarks>
public ref struct RecordEnumerator
{
    private readonly ReadOnlySpan<byte> _records;
    private readonly PooledBuffer? _decompressed;
    private readonly long _baseOffset;
    private readonly long _baseTimestamp;
    private readonly long _appendTime;
    private readonly bool _hasAppendTime;
    private readonly int _lastOffsetDelta;
    private readonly int _count;
    private int _index;
    private int _position;
    private int _previousDelta;

    internal RecordEnumerator(
        scoped in RecordBatchHeader header, ReadOnlySpan<byte> records, PooledBuffer? decompressed)
    {
        _records = records;
        _decompressed = decompressed;
        _baseOffset = header.BaseOffset;
        _baseTimestamp = header.BaseTimestamp;
        _appendTime = header.MaxTimestamp;
        _hasAppendTime = header.TimestampType == TimestampType.LogAppendTime;
        _lastOffsetDelta = header.LastOffsetDelta;
        _count = header.RecordCount;
        _previousDelta = -1;
    }

    /// <summary>The record last moved to; valid until the next move and until the enumerator is disposed.</summary>
    public RecordView Current { get; private set; }

    /// <summary>Itself, so that <c>foreach</c> takes it.</summary>
    public readonly RecordEnumerator GetEnumerator() => this;

    /// <summary>Moves to the next record.</summary>
    /// <returns>False after the last one.</returns>
    /// <exception cref="InvalidRecordBatchException">The bytes break the format or the count is wrong.</exception>
    public bool MoveNext()
    {
        if (_index == _count)
        {
            if (_position != _records.Length) ThrowBroken("more bytes follow than the batch has records");
            return false;
        }

        int position = _position;
        if (!Varint.TryRead(_records, ref position, out int length)) ThrowBroken("its length is missing or malformed");
        if (length < RecordBatchLayout.MinRecordBody || length > _records.Length - position)
            ThrowBroken("its length is out of range");

        Read(_records.Slice(position, length));
        _position = position + length;
        _index++;
        return true;
    }

    /// <summary>Gives back what decompression took. More than once does no harm.</summary>
    public readonly void Dispose() => _decompressed?.Dispose();

    private void Read(ReadOnlySpan<byte> body)
    {
        int at = 1; // after the record's attributes, of which none is defined
        if (!Varint.TryRead(body, ref at, out long timestampDelta)) ThrowBroken("its timestamp is malformed");
        if (!Varint.TryRead(body, ref at, out int offsetDelta)) ThrowBroken("its offset is malformed");
        if (offsetDelta <= _previousDelta || offsetDelta > _lastOffsetDelta) ThrowBroken("its offset is out of order");

        int keyLength = ReadLength(body, ref at);
        int keyStart = at;
        at += Math.Max(keyLength, 0);

        int valueLength = ReadLength(body, ref at);
        int valueStart = at;
        at += Math.Max(valueLength, 0);

        // A header takes two bytes at least, so this also ends a record whose headers are none but whose bytes go on.
        if (!Varint.TryRead(body, ref at, out int headerCount) || headerCount < 0 ||
            headerCount > (body.Length - at) / 2 || (headerCount == 0 && at != body.Length))
            ThrowBroken("its headers do not fill it");

        _previousDelta = offsetDelta;
        Current = new RecordView(
            _baseOffset + offsetDelta,
            _hasAppendTime ? _appendTime : _baseTimestamp + timestampDelta,
            body, keyStart, keyLength, valueStart, valueLength, at, headerCount);
    }

    private readonly int ReadLength(ReadOnlySpan<byte> body, ref int at)
    {
        if (!Varint.TryRead(body, ref at, out int length) || length < -1 || length > body.Length - at)
            ThrowBroken("the length of its key or value is out of range");
        return length;
    }

    [DoesNotReturn]
    private readonly void ThrowBroken(string what) => InvalidBatch.ThrowRecords(_baseOffset, _index, what);
}
