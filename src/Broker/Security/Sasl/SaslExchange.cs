namespace LogStore.Broker.Security.Sasl;

/// <summary>What a client's message has led to.</summary>
internal enum SaslOutcome
{
    /// <summary>More messages must follow.</summary>
    Continue,

    /// <summary>The client is who it says.</summary>
    Succeeded,

    /// <summary>It is not, or what it sent is no message of the mechanism.</summary>
    Failed,
}

/// <summary>A step of an exchange.</summary>
/// <param name="Outcome">What it has led to.</param>
/// <param name="Reply">What the client is sent, in the mechanism's own format.</param>
/// <param name="User">Who it is, where it succeeded.</param>
internal readonly record struct SaslStep(SaslOutcome Outcome, byte[] Reply, string? User)
{
    public static SaslStep Failed { get; } = new(SaslOutcome.Failed, [], null);
}

/// <summary>The server's side of one authentication. Not thread-safe.</summary>
internal abstract class SaslExchange
{
    /// <summary>The mechanism's name.</summary>
    public abstract string Mechanism { get; }

    /// <summary>Takes the client's next message, which may cost some milliseconds.</summary>
    public abstract SaslStep Next(ReadOnlySpan<byte> message);
}
