namespace LogStore.Broker.Security.Acls;

/// <summary>Where the rules are kept. Thread-safe: who reads them never waits.</summary>
internal interface IAclStore : IAsyncDisposable
{
    /// <summary>The rules as they are now; none before the start.</summary>
    public AclRules Rules { get; }

    /// <summary>Reads the rules that there are, and follows them from then on.</summary>
    /// <exception cref="InvalidConfigException">What is kept there are no rules.</exception>
    public ValueTask StartAsync(CancellationToken cancellationToken);

    /// <summary>Changes the rules. Durable on return, and what <see cref="Rules"/> goes by.</summary>
    /// <param name="change">Makes the new rules of the present ones; called again if they change meanwhile.</param>
    /// <param name="cancellationToken">Ends the wait; the change may be made all the same.</param>
    /// <exception cref="IOException">Nothing was changed.</exception>
    /// <exception cref="LogStoreException">Nothing was changed, as far as is known.</exception>
    public ValueTask ChangeAsync(Func<IReadOnlyList<Acl>, IEnumerable<Acl>> change, CancellationToken cancellationToken);
}
