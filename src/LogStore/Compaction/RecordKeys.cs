using LogStore.Records;

namespace LogStore.Compaction;

/// <summary>Looks for records that a compacted log cannot take.</summary>
internal static class RecordKeys
{
    /// <exception cref="RecordWithoutKeyException">A record has no key.</exception>
    /// <exception cref="InvalidRecordBatchException">The records break the format.</exception>
    public static void Check(in RecordBatch batch)
    {
        if (batch.IsControl) return;
        int index = 0;
        foreach (RecordView record in batch)
        {
            if (record.Key.IsNull) throw new RecordWithoutKeyException(index);
            index++;
        }
    }
}
