namespace LogStore.Client;

/// <summary>Chooses the partition of records that name none.</summary>
/// <remarks>It is called by many threads at once.</remarks>
public interface IPartitioner
{
    /// <summary>Chooses.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partitionCount">How many partitions it has.</param>
    /// <param name="key">The key, which may be null.</param>
    /// <param name="value">The value, which may be null.</param>
    /// <returns>From 0 to <paramref name="partitionCount"/> (exclusive); -1 leaves the choice to the default.</returns>
    public int Choose(string topic, int partitionCount, NullableBytes key, NullableBytes value);
}
