namespace LogStore.Records;

/// <summary>Whose clock the timestamps of a batch show: bit 3 of its attributes (KIP-32).</summary>
public enum TimestampType : byte
{
    /// <summary>The producer's: each record carries its own.</summary>
    CreateTime = 0,

    /// <summary>The leader's, at the append: every record of the batch has the batch's maximum timestamp.</summary>
    LogAppendTime = 1,
}
