namespace LogStore.Client;

/// <summary>How a user proves who he is.</summary>
public enum SaslMechanism
{
    /// <summary>The password itself is sent (RFC 4616): only over TLS.</summary>
    Plain,

    /// <summary>
    /// SCRAM with SHA-256 (RFC 5802, 7677): the password is never sent, and the broker proves it knows it.
    /// </summary>
    ScramSha256,

    /// <summary>SCRAM with SHA-512.</summary>
    ScramSha512,
}
