namespace LogStore;

/// <summary>A single record is larger than a whole batch may be, so no batch can hold it.</summary>
public sealed class RecordTooLargeException : LogStoreException
{
    /// <summary>Creates the error.</summary>
    /// <param name="recordBytes">What a batch of this record alone would take, in bytes.</param>
    /// <param name="maxBytes">What a batch may take, in bytes.</param>
    public RecordTooLargeException(long recordBytes, int maxBytes)
        : base($"A batch of this record alone takes {recordBytes} bytes; batches are limited to {maxBytes} bytes. " +
            "Make the record smaller or raise the limit.")
    {
        RecordBytes = recordBytes;
        MaxBytes = maxBytes;
    }

    /// <summary>What a batch of this record alone would take, uncompressed and header included, in bytes.</summary>
    public long RecordBytes { get; }

    /// <summary>What a batch may take, uncompressed and header included, in bytes.</summary>
    public int MaxBytes { get; }
}
