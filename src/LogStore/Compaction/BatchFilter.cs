using System.IO.Compression;
using LogStore.Records;
using LogStore.Records.Codecs;

namespace LogStore.Compaction;

/// <summary>
/// What compaction leaves of one batch: all of it, fewer records under the same header, the header alone, or nothing. Of each
/// key the latest record is kept; a tombstone goes once its batch's delete horizon has passed, and a batch that holds one gets
/// its horizon when it is first met.
/// </summary>
/// <remarks>
/// Offsets, leader epoch, producer and sequences of a header stay as they were. Not thread-safe; it keeps its memory from
/// batch to batch. Source: KIP-534 for the delete horizon.
/// </remarks>
internal sealed class BatchFilter : IDisposable
{
    private readonly OffsetMap _latest;
    private readonly HashSet<long> _remembered;
    private readonly long _now;
    private readonly long _horizon;
    private readonly PooledBuffer _plain = new(64 * 1024, Array.MaxLength);
    private readonly PooledBuffer _packed = new(64 * 1024, Array.MaxLength);
    private readonly List<bool> _keeps = [];

    /// <param name="latest">The latest offset of each key in the dirty part.</param>
    /// <param name="remembered">
    /// The base offsets of the batches in the producers' state, whose headers must stay: it is derived from them after a crash.
    /// </param>
    /// <param name="now">The time, in milliseconds since 1970.</param>
    /// <param name="deleteRetentionMs">How long tombstones are kept from now on.</param>
    public BatchFilter(OffsetMap latest, HashSet<long> remembered, long now, long deleteRetentionMs)
    {
        _latest = latest;
        _remembered = remembered;
        _now = now;
        _horizon = deleteRetentionMs > long.MaxValue - now ? long.MaxValue : now + deleteRetentionMs;
    }

    /// <summary>How many records were taken out so far.</summary>
    public long Removed { get; private set; }

    /// <summary>What to store in a batch's place: empty for nothing; valid until the next call.</summary>
    /// <exception cref="InvalidRecordBatchException">The records break the format.</exception>
    /// <exception cref="CompressionNotSupportedException">They cannot be decompressed here.</exception>
    public ReadOnlyMemory<byte> Apply(in RecordBatch batch)
    {
        int kept = Decide(batch, out bool needsHorizon);
        Removed += batch.RecordCount - kept;
        if (kept > 0) return kept == batch.RecordCount && !needsHorizon ? batch.Bytes : Rewrite(batch, kept, needsHorizon);
        if (!batch.HasProducerId || !_remembered.Contains(batch.BaseOffset)) return default;
        return batch.RecordCount == 0 ? batch.Bytes : Empty(batch.Header);
    }

    public void Dispose()
    {
        _plain.Dispose();
        _packed.Dispose();
    }

    private int Decide(in RecordBatch batch, out bool needsHorizon)
    {
        RecordBatchHeader header = batch.Header;
        bool horizonPassed = header.HasDeleteHorizon && _now >= header.BaseTimestamp;
        int kept = 0;
        needsHorizon = false;
        _keeps.Clear();
        foreach (RecordView record in batch)
        {
            bool isTombstone = record.Value.IsNull;
            bool keep = !record.Key.IsNull && _latest.Latest(record.Key) <= record.Offset && !(isTombstone && horizonPassed);
            _keeps.Add(keep);
            if (!keep) continue;
            kept++;
            needsHorizon |= isTombstone && !header.HasDeleteHorizon;
        }

        return kept;
    }

    private Memory<byte> Rewrite(in RecordBatch batch, int kept, bool needsHorizon)
    {
        RecordBatchHeader header = batch.Header;
        long baseTimestamp = needsHorizon ? _horizon : header.BaseTimestamp;
        long newest = CopyRecords(batch, baseTimestamp);
        bool compressed = header.Compression != CompressionType.None;
        if (compressed)
        {
            _packed.Clear();
            _packed.Skip(RecordBatchHeader.Size);
            CompressionCodec.Compress(
                header.Compression, _plain.Written[RecordBatchHeader.Size..], CompressionLevel.Optimal, _packed);
        }

        Memory<byte> bytes = compressed ? _packed.WrittenMemory : _plain.WrittenMemory;
        int attributes = header.Attributes;
        if (needsHorizon) attributes |= RecordBatchLayout.DeleteHorizonBit;
        Finish(bytes, header with
        {
            BatchLength = bytes.Length - RecordBatchHeader.LogOverhead,
            Attributes = (short)attributes,
            BaseTimestamp = baseTimestamp,
            MaxTimestamp = header.TimestampType == TimestampType.LogAppendTime ? header.MaxTimestamp : newest,
            RecordCount = kept,
        });
        return bytes;
    }

    /// <summary>Copies the records to keep behind room for a header; returns the largest of their timestamps.</summary>
    private long CopyRecords(in RecordBatch batch, long baseTimestamp)
    {
        _plain.Clear();
        _plain.Skip(RecordBatchHeader.Size);
        long newest = -1;
        int index = 0;
        foreach (RecordView record in batch)
        {
            if (!_keeps[index++]) continue;
            newest = Math.Max(newest, record.Timestamp);
            Copy(record.Body, batch.Header.BaseTimestamp - baseTimestamp);
        }

        return newest;
    }

    /// <summary>Copies a record, whose timestamp is stored relative to the batch's, which has moved.</summary>
    private void Copy(ReadOnlySpan<byte> body, long shift)
    {
        int at = 1; // after the attributes
        Varint.TryRead(body, ref at, out long delta);
        ReadOnlySpan<byte> rest = body[at..];
        int length = 1 + Varint.SizeOf(delta + shift) + rest.Length;
        Span<byte> target = _plain.GetSpan(Varint.MaxBytes32 + length);
        int position = 0;
        Varint.Write(target, ref position, length);
        target[position++] = body[0];
        Varint.Write(target, ref position, delta + shift);
        rest.CopyTo(target[position..]);
        _plain.Advance(position + rest.Length);
    }

    /// <summary>A header without records, which still says what its producer has written, and when.</summary>
    private Memory<byte> Empty(in RecordBatchHeader header)
    {
        _plain.Clear();
        _plain.Skip(RecordBatchHeader.Size);
        int attributes = header.Attributes & ~(RecordBatchLayout.CompressionMask | RecordBatchLayout.DeleteHorizonBit);
        Finish(_plain.WrittenMemory, header with
        {
            BatchLength = RecordBatchHeader.Size - RecordBatchHeader.LogOverhead,
            Attributes = (short)attributes,
            BaseTimestamp = header.MaxTimestamp,
            RecordCount = 0,
        });
        return _plain.WrittenMemory;
    }

    private static void Finish(Memory<byte> bytes, RecordBatchHeader header)
    {
        header.Write(bytes.Span);
        RecordBatchHeader.WriteChecksum(bytes.Span);
    }
}
