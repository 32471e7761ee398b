namespace LogStore.Broker;

/// <summary>Whether TLS clients present a certificate: <c>ssl.client.auth</c>.</summary>
public enum ClientAuthentication
{
    /// <summary><c>none</c>: they are not asked for one.</summary>
    None,

    /// <summary><c>requested</c>: one that has none is anonymous; one that is not trusted is refused.</summary>
    Requested,

    /// <summary><c>required</c>: without a trusted one there is no connection.</summary>
    Required,
}

/// <summary>What decides who may do what: <c>authorizer</c>.</summary>
public enum AuthorizerKind
{
    /// <summary>Rules, if any listener authenticates its clients; else nothing is denied.</summary>
    Automatic,

    /// <summary><c>acl</c>: rules (ACLs); what none allows is denied.</summary>
    Acl,

    /// <summary><c>none</c>: everything is allowed to everybody.</summary>
    None,
}

/// <summary>How clients are authenticated, and what they may do. Immutable. By Kafka's names where it has them.</summary>
public sealed record SecurityOptions
{
    /// <summary>The mechanisms that are offered unless others are named.</summary>
    public static IReadOnlyList<string> DefaultMechanisms { get; } = ["SCRAM-SHA-256", "SCRAM-SHA-512"];

    /// <summary>
    /// The broker's certificate, in PEM, followed by the intermediate ones if there are any (<c>ssl.keystore.location</c>). It is
    /// read again when it changes.
    /// </summary>
    public string? KeyStoreFile { get; init; }

    /// <summary>The certificate's private key, in PEM (<c>ssl.key.location</c>); null when it is in the same file.</summary>
    public string? KeyFile { get; init; }

    /// <summary>What the private key is encrypted with (<c>ssl.key.password</c>); null when it is not. A secret.</summary>
    public string? KeyPassword { get; init; }

    /// <summary>The authorities whose client certificates are trusted, in PEM (<c>ssl.truststore.location</c>).</summary>
    public string? TrustStoreFile { get; init; }

    /// <summary>Whether clients of SSL listeners present a certificate (<c>ssl.client.auth</c>).</summary>
    public ClientAuthentication ClientAuthentication { get; init; }

    /// <summary>
    /// The mechanisms of SASL listeners (<c>sasl.enabled.mechanisms</c>): SCRAM-SHA-256, SCRAM-SHA-512, PLAIN. The last one hands
    /// the broker the password itself.
    /// </summary>
    public IReadOnlyList<string> Mechanisms { get; init; } = DefaultMechanisms;

    /// <summary>The users (<c>sasl.users.file</c>), see <see cref="Security.Sasl.UserFile"/>; null: <c>users.json</c> in the data directory.</summary>
    public string? UsersFile { get; init; }

    /// <summary>How long a client waits to hear that it was refused (<c>connection.failed.authentication.delay.ms</c>).</summary>
    public TimeSpan FailureDelay
    {
        get;
        init => field = value >= TimeSpan.Zero && value <= TimeSpan.FromMinutes(1)
            ? value
            : throw new InvalidConfigException("connection.failed.authentication.delay.ms", "it must be from 0 to 60000");
    } = TimeSpan.FromMilliseconds(100);

    /// <summary>What decides who may do what (<c>authorizer</c>).</summary>
    public AuthorizerKind Authorizer { get; init; }

    /// <summary>Who may do everything (<c>super.users</c>): principals, as in <c>User:admin</c>.</summary>
    public IReadOnlyList<string> SuperUsers { get; init; } = [];

    /// <summary>Allows what no rule is about (<c>allow.everyone.if.no.acl.found</c>).</summary>
    public bool AllowIfNoAclFound { get; init; }
}
