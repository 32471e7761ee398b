namespace LogStore.Sinks.Sqlite.Sources;

/// <summary>What batches of a data directory say of transactions, where no broker leaves out what was taken back.</summary>
internal static class DirectoryBatch
{
    /// <summary>Whether it holds records of a producer, and not the log's own.</summary>
    /// <exception cref="SinkException">They are a transaction's, which the batch does not say the end of.</exception>
    public static bool HasRecords(TopicPartition partition, in RecordBatch batch)
    {
        if (batch.IsControl) return false;
        if (!batch.IsTransactional) return true;
        throw new SinkException(
            $"{partition} has records of a transaction at offset {batch.BaseOffset}, and a data directory does not tell " +
            "whether it was committed: read the topic through brokers");
    }
}
