namespace LogStore.Replicator;

/// <summary>There are not as many brokers as a topic is to have replicas.</summary>
public sealed class InvalidReplicationFactorException : LogStoreException
{
    /// <summary>Makes the error.</summary>
    /// <param name="replicationFactor">The replicas asked for.</param>
    /// <param name="brokers">The brokers that are alive.</param>
    public InvalidReplicationFactorException(int replicationFactor, int brokers)
        : base(
            $"A replication factor is at least 1 and at most the number of brokers, which is {brokers}; {replicationFactor} " +
            "was asked for.")
    {
    }
}
