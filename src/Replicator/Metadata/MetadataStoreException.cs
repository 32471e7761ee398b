namespace LogStore.Replicator.Metadata;

/// <summary>The metadata store could not be reached, or has refused. It may be tried again.</summary>
public sealed class MetadataStoreException : LogStoreException
{
    /// <param name="message">What happened, to which store.</param>
    /// <param name="isOutcomeUnknown">Whether the change may have been made all the same.</param>
    /// <param name="innerException">The cause.</param>
    public MetadataStoreException(string message, bool isOutcomeUnknown = false, Exception? innerException = null)
        : base(message, innerException) => IsOutcomeUnknown = isOutcomeUnknown;

    /// <summary>Whether the change may have been made all the same, as the answer to it was lost.</summary>
    public bool IsOutcomeUnknown { get; }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
