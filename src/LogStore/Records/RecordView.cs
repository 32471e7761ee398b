namespace LogStore.Records;

/// <summary>One record of a batch, read in place.</summary>
/// <remarks>A view: valid until its enumerator moves on or is disposed, as long as the batch's memory.</remarks>
public readonly ref struct RecordView
{
    private readonly ReadOnlySpan<byte> _body;
    private readonly int _keyStart;
    private readonly int _keyLength;
    private readonly int _valueStart;
    private readonly int _valueLength;
    private readonly int _headersStart;
    private readonly int _headerCount;

    internal RecordView(
        long offset, long timestamp, ReadOnlySpan<byte> body,
        int keyStart, int keyLength, int valueStart, int valueLength, int headersStart, int headerCount)
    {
        Offset = offset;
        Timestamp = timestamp;
        _body = body;
        _keyStart = keyStart;
        _keyLength = keyLength;
        _valueStart = valueStart;
        _valueLength = valueLength;
        _headersStart = headersStart;
        _headerCount = headerCount;
    }

    /// <summary>The record's place in its log.</summary>
    public long Offset { get; }

    /// <summary>
    /// Milliseconds since the Unix epoch, -1 for none: the record's own, or the batch's
    /// <see cref="RecordBatchHeader.MaxTimestamp"/> where that is the time of the append.
    /// </summary>
    public long Timestamp { get; }

    /// <summary>The key, which may be null.</summary>
    public NullableBytes Key => Slice(_keyStart, _keyLength);

    /// <summary>The value, which may be null: a tombstone where the log is compacted.</summary>
    public NullableBytes Value => Slice(_valueStart, _valueLength);

    /// <summary>The headers.</summary>
    public RecordHeaders Headers => new(_body[_headersStart..], _headerCount, Offset);

    /// <summary>The record as it is stored, without the length before it.</summary>
    internal ReadOnlySpan<byte> Body => _body;

    private NullableBytes Slice(int start, int length) =>
        length < 0 ? NullableBytes.Null : new NullableBytes(_body.Slice(start, length));
}
