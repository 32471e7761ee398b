namespace LogStore.Broker.Producing;

/// <summary>Gives out producer ids, each once for ever in the cluster.</summary>
/// <remarks>Thread-safe.</remarks>
internal interface IProducerIdSource
{
    /// <summary>How many ids a broker reserves at a time, so that giving one out seldom writes.</summary>
    public const int BlockSize = 1000;

    /// <summary>The next id.</summary>
    /// <exception cref="LogStoreException">No block could be reserved.</exception>
    /// <exception cref="IOException">The same, by a file's fault.</exception>
    public ValueTask<long> NextAsync(CancellationToken cancellationToken = default);
}
