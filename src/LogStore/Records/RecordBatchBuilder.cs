using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using LogStore.Records.Codecs;

namespace LogStore.Records;

/// <summary>Builds batches, one after another, in memory that it keeps.</summary>
/// <remarks>
/// It takes records until <see cref="Build"/>, then holds the batch until <see cref="Reset"/>. Appending allocates
/// nothing but the growth of that memory, which comes from a pool and goes back on <see cref="Dispose"/>.
/// Not thread-safe.
/// </remarks>
public sealed class RecordBatchBuilder : IDisposable
{
    private readonly RecordBatchBuilderOptions _options;
    private readonly int _maxBytes;
    private byte[] _buffer;
    private PooledBuffer? _compressed;
    private RecordBatch _batch;
    private State _state;
    private int _position = RecordBatchHeader.Size;
    private int _recordCount;
    private long _baseTimestamp;
    private long _maxTimestamp;
    private long _producerId = -1;
    private short _producerEpoch = -1;
    private int _baseSequence = -1;

    /// <summary>Creates an empty builder.</summary>
    /// <param name="options">What it builds; the defaults where null.</param>
    public RecordBatchBuilder(RecordBatchBuilderOptions? options = null)
    {
        _options = options ?? new RecordBatchBuilderOptions();
        _maxBytes = _options.MaxBytes;
        int capacity = Math.Clamp(_options.InitialCapacity, RecordBatchHeader.Size, _maxBytes);
        _buffer = ArrayPool<byte>.Shared.Rent(capacity);
    }

    private enum State
    {
        Open,
        Built,
        Disposed,
    }

    /// <summary>The number of records appended since the last <see cref="Reset"/>.</summary>
    public int RecordCount => _recordCount;

    /// <summary>The size of the batch so far, in bytes, header included, before compression.</summary>
    public int SizeInBytes => _position;

    /// <summary>Whether the batch belongs to a transaction, which takes a producer id.</summary>
    public bool IsTransactional
    {
        get;
        set
        {
            ThrowIfNotOpen();
            field = value;
        }
    }

    /// <summary>Whether the batch holds a control record.</summary>
    public bool IsControl
    {
        get;
        set
        {
            ThrowIfNotOpen();
            field = value;
        }
    }

    /// <summary>Appends a record, whose bytes are copied.</summary>
    /// <param name="timestampMs">Milliseconds since the Unix epoch; -1 for none.</param>
    /// <param name="key">The key, which may be null.</param>
    /// <param name="value">The value, which may be null.</param>
    /// <param name="headers">The headers, in their order; their keys are not null.</param>
    /// <returns>False where the record fits no longer but would fit an empty batch: nothing was appended.</returns>
    /// <exception cref="RecordTooLargeException">The record would not even fit an empty batch.</exception>
    /// <exception cref="InvalidOperationException">The batch has been built and the builder not been reset.</exception>
    public bool TryAppend(
        long timestampMs, NullableBytes key, NullableBytes value, ReadOnlySpan<RecordHeader> headers = default)
    {
        ThrowIfNotOpen();
        ArgumentOutOfRangeException.ThrowIfLessThan(timestampMs, -1);
        if (_recordCount == 0) _baseTimestamp = _maxTimestamp = timestampMs;
        long timestampDelta = timestampMs - _baseTimestamp;

        // Sizes are summed as long: a key and a value of 1 GiB each would overflow an int before the bound is checked.
        long payload = SizeOf(key) + SizeOf(value) + SizeOf(headers);
        long body = 1 + Varint.SizeOf(timestampDelta) + Varint.SizeOf(_recordCount) + payload;
        if (body > _maxBytes - _position - Varint.SizeOf(body)) return DoesNotFit(payload);
        int size = Varint.SizeOf(body) + (int)body;
        if (size > _buffer.Length - _position) Grow(size);

        Span<byte> destination = _buffer.AsSpan(_position, size);
        int at = 0;
        Varint.Write(destination, ref at, (int)body);
        destination[at++] = 0; // attributes, of which none is defined
        Varint.Write(destination, ref at, timestampDelta);
        Varint.Write(destination, ref at, _recordCount);
        Write(destination, ref at, key);
        Write(destination, ref at, value);
        Varint.Write(destination, ref at, headers.Length);
        foreach (ref readonly RecordHeader header in headers) Write(destination, ref at, header);

        _position += size;
        _recordCount++;
        if (timestampMs > _maxTimestamp) _maxTimestamp = timestampMs;
        return true;
    }

    /// <summary>Names the idempotent producer of the batch (KIP-98).</summary>
    /// <param name="producerId">The producer's id; -1 for none.</param>
    /// <param name="producerEpoch">Its epoch; -1 for none.</param>
    /// <param name="baseSequence">The sequence number of the first record; -1 in control batches.</param>
    public void SetProducer(long producerId, short producerEpoch, int baseSequence)
    {
        ThrowIfNotOpen();
        ArgumentOutOfRangeException.ThrowIfLessThan(producerId, -1);
        ArgumentOutOfRangeException.ThrowIfLessThan(producerEpoch, (short)(producerId < 0 ? -1 : 0));
        ArgumentOutOfRangeException.ThrowIfLessThan(baseSequence, -1);
        _producerId = producerId;
        _producerEpoch = producerEpoch;
        _baseSequence = baseSequence;
    }

    /// <summary>Completes the batch: base offset 0, leader epoch -1.</summary>
    /// <returns>
    /// The batch, over the builder's own memory: valid until <see cref="Reset"/> or <see cref="Dispose"/>.
    /// </returns>
    /// <exception cref="InvalidOperationException">There are no records, or the producer is incomplete.</exception>
    public RecordBatch Build()
    {
        if (_state == State.Built) return _batch;
        ThrowIfNotOpen();
        if (_recordCount == 0) throw new InvalidOperationException("A batch needs at least one record.");
        if (IsTransactional && _producerId < 0)
            throw new InvalidOperationException("A transactional batch needs a producer: call SetProducer.");
        if (_producerId >= 0 && _baseSequence < 0 && !IsControl)
            throw new InvalidOperationException("A producer's batch needs its base sequence: call SetProducer.");

        Memory<byte> memory = _options.Compression == CompressionType.None
            ? _buffer.AsMemory(0, _position) : Compress();
        RecordBatchHeader header = CreateHeader(memory.Length);
        header.Write(memory.Span);
        header = header with { Checksum = RecordBatchHeader.WriteChecksum(memory.Span) };

        _batch = RecordBatch.FromValidated(memory, header);
        _state = State.Built;
        return _batch;
    }

    /// <summary>
    /// Goes back to before <see cref="Build"/> and keeps the records, so that the batch can be built for another producer;
    /// the one built before is no longer valid.
    /// </summary>
    public void Reopen()
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        _state = State.Open;
        _batch = default;
    }

    /// <summary>Starts the next batch as a new builder would; the one built before is no longer valid.</summary>
    public void Reset()
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        _state = State.Open;
        _batch = default;
        _position = RecordBatchHeader.Size;
        _recordCount = 0;
        SetProducer(producerId: -1, producerEpoch: -1, baseSequence: -1);
        IsTransactional = IsControl = false;
    }

    /// <summary>Gives the memory back; the batch built last is no longer valid.</summary>
    public void Dispose()
    {
        if (_state == State.Disposed) return;
        _state = State.Disposed;
        _batch = default;
        _compressed?.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private static long SizeOf(NullableBytes bytes) =>
        bytes.IsNull ? 1 : Varint.SizeOf(bytes.Length) + (long)bytes.Length;

    private static long SizeOf(ReadOnlySpan<RecordHeader> headers)
    {
        long size = Varint.SizeOf(headers.Length);
        foreach (ref readonly RecordHeader header in headers)
        {
            ArgumentNullException.ThrowIfNull(header.Key);
            int keyLength = Encoding.UTF8.GetByteCount(header.Key);
            size += Varint.SizeOf(keyLength) + keyLength + SizeOf((NullableBytes)header.Value);
        }

        return size;
    }

    private static void Write(Span<byte> destination, ref int at, NullableBytes bytes)
    {
        Varint.Write(destination, ref at, bytes.IsNull ? -1 : bytes.Length);
        bytes.Span.CopyTo(destination[at..]);
        at += bytes.Length;
    }

    private static void Write(Span<byte> destination, ref int at, in RecordHeader header)
    {
        Varint.Write(destination, ref at, Encoding.UTF8.GetByteCount(header.Key));
        at += Encoding.UTF8.GetBytes(header.Key, destination[at..]);
        Write(destination, ref at, (NullableBytes)header.Value);
    }

    /// <summary>False where the record would fit an empty batch, in which its deltas are zero.</summary>
    private bool DoesNotFit(long payload)
    {
        long body = 3 + payload;
        long alone = RecordBatchHeader.Size + Varint.SizeOf(body) + body;
        if (alone > _maxBytes) throw new RecordTooLargeException(alone, _maxBytes);
        return false;
    }

    private void Grow(int size)
    {
        long wanted = Math.Max((long)_position + size, Math.Min(_buffer.Length * 2L, _maxBytes));
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)wanted);
        _buffer.AsSpan(0, _position).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private Memory<byte> Compress()
    {
        _compressed ??= new PooledBuffer(_position, Array.MaxLength);
        _compressed.Clear();
        _compressed.Skip(RecordBatchHeader.Size);
        CompressionCodec.Compress(
            _options.Compression, _buffer.AsSpan(RecordBatchHeader.Size.._position), _options.GzipLevel, _compressed);
        return _compressed.WrittenMemory;
    }

    private RecordBatchHeader CreateHeader(int sizeInBytes)
    {
        int attributes = (int)_options.Compression;
        if (IsTransactional) attributes |= RecordBatchLayout.TransactionalBit;
        if (IsControl) attributes |= RecordBatchLayout.ControlBit;
        return new RecordBatchHeader
        {
            BatchLength = sizeInBytes - RecordBatchHeader.LogOverhead,
            LeaderEpoch = -1,
            Magic = RecordBatchLayout.CurrentMagic,
            Attributes = (short)attributes,
            LastOffsetDelta = _recordCount - 1,
            BaseTimestamp = _baseTimestamp,
            MaxTimestamp = _maxTimestamp,
            ProducerId = _producerId,
            ProducerEpoch = _producerEpoch,
            BaseSequence = _baseSequence,
            RecordCount = _recordCount,
        };
    }

    private void ThrowIfNotOpen()
    {
        if (_state != State.Open) ThrowNotOpen();
    }

    [DoesNotReturn]
    private void ThrowNotOpen()
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        throw new InvalidOperationException("The batch has been built: call Reset before the next one.");
    }
}
