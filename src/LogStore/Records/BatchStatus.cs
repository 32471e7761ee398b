namespace LogStore.Records;

/// <summary>What a look at bytes that should be a batch found: a value, because recovery expects all of them.</summary>
internal enum BatchStatus
{
    /// <summary>A batch, as far as was looked.</summary>
    Valid = 0,

    /// <summary>Fewer bytes than a header has, or than its length says: more of them may make it a batch.</summary>
    Incomplete,

    /// <summary>A length that no batch can have.</summary>
    BadLength,

    /// <summary>Not magic 2: another format, or no batch at all.</summary>
    BadMagic,

    /// <summary>The checksum is not that of the bytes.</summary>
    BadChecksum,

    /// <summary>Header fields that contradict each other or are out of range.</summary>
    BadFields,

    /// <summary>Its base offset is not the one that follows the batch before it; found by whoever walks a file.</summary>
    BadOffset,
}
