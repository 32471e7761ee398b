namespace LogStore.Replicator;

/// <summary>Replicas cannot be where they are wanted.</summary>
public sealed class InvalidReplicaAssignmentException : LogStoreException
{
    /// <summary>Makes the error.</summary>
    public InvalidReplicaAssignmentException(string message)
        : base(message)
    {
    }
}
