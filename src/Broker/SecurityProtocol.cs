namespace LogStore.Broker;

/// <summary>What a listener asks of its connections, by Kafka's names.</summary>
public enum SecurityProtocol
{
    /// <summary><c>PLAINTEXT</c>: no encryption, no authentication.</summary>
    Plaintext,

    /// <summary><c>SSL</c>: TLS; clients may be asked for a certificate.</summary>
    Ssl,

    /// <summary><c>SASL_PLAINTEXT</c>: clients authenticate by SASL, in the clear.</summary>
    SaslPlaintext,

    /// <summary><c>SASL_SSL</c>: clients authenticate by SASL, inside TLS.</summary>
    SaslSsl,
}
