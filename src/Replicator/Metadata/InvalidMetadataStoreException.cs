namespace LogStore.Replicator.Metadata;

/// <summary>
/// What is there is no metadata store that this version can use: damaged, of a newer version, or something else.
/// </summary>
public sealed class InvalidMetadataStoreException : LogStoreException
{
    /// <param name="message">What is wrong with which store, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public InvalidMetadataStoreException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
