namespace LogStore.Replicator.Metadata.Etcd;

/// <summary>What etcd has answered to a call: a value, or an error that another attempt would not change.</summary>
internal readonly record struct EtcdAnswer<T>(T? Value, EtcdError? Error)
    where T : class
{
    /// <summary>The value.</summary>
    /// <exception cref="MetadataStoreException">It is an error.</exception>
    public T ValueOrThrow() => Value ?? throw new MetadataStoreException($"etcd has refused: {Error?.Message}");
}
