namespace LogStore.Broker.Security.Sasl;

/// <summary>What is kept of a password for one mechanism: nothing from which it could be read.</summary>
/// <param name="Mechanism">The mechanism's name.</param>
/// <param name="Salt">The user's salt.</param>
/// <param name="Iterations">How often the hash was iterated.</param>
/// <param name="StoredKey">By which a client's proof is checked.</param>
/// <param name="ServerKey">By which the broker proves itself.</param>
internal sealed record ScramCredential(string Mechanism, byte[] Salt, int Iterations, byte[] StoredKey, byte[] ServerKey)
{
    /// <summary>The size of a new salt, in bytes.</summary>
    public const int SaltBytes = 16;

    /// <summary>The fewest iterations that RFC 7677 allows.</summary>
    public const int LeastIterations = 4096;

    /// <summary>More would let one login hold a processor for seconds.</summary>
    public const int MostIterations = 1_000_000;

    /// <summary>The iterations of a new credential: a client that logs in needs some milliseconds for them.</summary>
    public const int DefaultIterations = 16_384;
}
