namespace LogStore;

/// <summary>Bytes that should be a record batch, or the records in it, break the format or fail its checksum.</summary>
public sealed class InvalidRecordBatchException : LogStoreException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What is wrong, and where.</param>
    /// <param name="innerException">The decoder's own error, where there is one.</param>
    public InvalidRecordBatchException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
