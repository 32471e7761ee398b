namespace LogStore.Client;

/// <summary>The keys of TLS and SASL, which mean something only together.</summary>
internal static class SecurityProperties
{
    public static readonly string[] Keys =
    [
        "security.protocol", "ssl.ca.location", "ssl.certificate.location", "ssl.key.location", "ssl.key.password",
        "ssl.endpoint.identification.algorithm", "sasl.mechanism", "sasl.mechanisms", "sasl.username", "sasl.password",
    ];

    public static ClientOptions Apply(ClientOptions options, ClientProperties properties)
    {
        string protocol = (properties.Find("security.protocol") ?? "plaintext").ToUpperInvariant();
        (bool tls, bool sasl) = protocol switch
        {
            "PLAINTEXT" => (false, false),
            "SSL" => (true, false),
            "SASL_PLAINTEXT" => (false, true),
            "SASL_SSL" => (true, true),
            _ => throw properties.Invalid(
                "security.protocol", $"'{protocol}' is none of plaintext, ssl, sasl_plaintext, sasl_ssl"),
        };
        if (tls) options = options with { Tls = ReadTls(properties) };
        return sasl ? options with { Sasl = ReadSasl(properties) } : options;
    }

    private static TlsOptions ReadTls(ClientProperties properties) => new()
    {
        CaFile = properties.Find("ssl.ca.location"),
        CertificateFile = properties.Find("ssl.certificate.location"),
        KeyFile = properties.Find("ssl.key.location"),
        KeyPassword = properties.Find("ssl.key.password"),
        CheckHostName = properties.Find("ssl.endpoint.identification.algorithm")?.ToUpperInvariant() switch
        {
            null or "HTTPS" => true,
            "" or "NONE" => false,
            _ => throw properties.Invalid("ssl.endpoint.identification.algorithm", "it has to be https or none"),
        },
    };

    private static SaslOptions ReadSasl(ClientProperties properties)
    {
        string key = properties.Find("sasl.mechanism") is null ? "sasl.mechanisms" : "sasl.mechanism";
        string mechanism =
            properties.Find(key) ?? throw properties.Invalid("sasl.mechanism", "security.protocol needs it");
        return new SaslOptions
        {
            Mechanism = mechanism.ToUpperInvariant() switch
            {
                "PLAIN" => SaslMechanism.Plain,
                "SCRAM-SHA-256" => SaslMechanism.ScramSha256,
                "SCRAM-SHA-512" => SaslMechanism.ScramSha512,
                _ => throw properties.Invalid(key, $"'{mechanism}' is none of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512"),
            },
            UserName = properties.Find("sasl.username") ?? throw properties.Invalid("sasl.username", "SASL needs it"),
            Password = properties.Find("sasl.password") ?? throw properties.Invalid("sasl.password", "SASL needs it"),
        };
    }
}
