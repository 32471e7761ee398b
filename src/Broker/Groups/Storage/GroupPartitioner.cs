namespace LogStore.Broker.Groups.Storage;

/// <summary>Which partition of the offsets topic a group belongs to.</summary>
internal static class GroupPartitioner
{
    /// <summary>
    /// Kafka's choice: Java's hash of the group id, its absolute value, modulo the number of partitions.
    /// </summary>
    public static int PartitionOf(string groupId, int partitionCount)
    {
        int hash = 0;
        foreach (char character in groupId) hash = unchecked((31 * hash) + character);
        // The one number whose absolute value is none counts as 0.
        return (hash == int.MinValue ? 0 : Math.Abs(hash)) % partitionCount;
    }
}
