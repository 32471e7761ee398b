namespace LogStore.KafkaProtocol.Fetch;

/// <summary>Which records of transactions a reader gets (KIP-98).</summary>
public enum IsolationLevel : sbyte
{
    /// <summary>All records up to the high watermark.</summary>
    ReadUncommitted = 0,

    /// <summary>Records up to the last stable offset, and none of aborted transactions.</summary>
    ReadCommitted = 1,
}
