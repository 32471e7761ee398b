using System.Buffers.Binary;

namespace LogStore.Sinks.Sqlite.Progress;

/// <summary>
/// Tells a record from another one at the same offset. It is of the record, not of its batch: compaction changes batches.
/// </summary>
internal static class Fingerprint
{
    // FNV-1a, 64 bits: it has to find accidents, once for each transaction, not attacks.
    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static long Of(in RecordView record)
    {
        Span<byte> head = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(head, record.Timestamp);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], record.Key.IsNull ? -1 : record.Key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(head[12..], record.Value.IsNull ? -1 : record.Value.Length);
        return unchecked((long)Add(Add(Add(Basis, head), record.Key.Span), record.Value.Span));
    }

    private static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (byte each in bytes) hash = unchecked((hash ^ each) * Prime);
        return hash;
    }
}
