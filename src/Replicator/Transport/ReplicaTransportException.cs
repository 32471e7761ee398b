namespace LogStore.Replicator.Transport;

/// <summary>Replication cannot be carried as it is set up.</summary>
public sealed class ReplicaTransportException : LogStoreException
{
    /// <param name="message">What cannot be done, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public ReplicaTransportException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
