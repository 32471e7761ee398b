namespace LogStore.Client.Security;

/// <summary>The client's side of a SASL exchange. Its messages are secrets.</summary>
internal interface ISaslClient
{
    /// <summary>The mechanism's name, as the protocol writes it.</summary>
    public string Mechanism { get; }

    /// <summary>The next message.</summary>
    /// <param name="challenge">The broker's last message; empty at first.</param>
    /// <returns>The message to send; null when the exchange is complete and the broker is trusted.</returns>
    /// <exception cref="BrokerAuthenticationException">The broker's message is not to be trusted.</exception>
    public byte[]? Next(ReadOnlySpan<byte> challenge);
}
