using LogStore.Broker.Security.Acls;
using LogStore.Broker.Security.Sasl;
using LogStore.Broker.Security.Tls;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Security;

/// <summary>What a broker's settings make of security: put together, and checked, before a port is opened.</summary>
internal sealed class BrokerSecurity
{
    /// <summary>The broker's side of TLS; null where no listener has any.</summary>
    public TlsServer? Tls { get; private init; }

    /// <summary>The users; null where no listener asks for one.</summary>
    public UserStore? Users { get; private init; }

    /// <summary>The rules; null where nothing goes by them.</summary>
    public IAclStore? Acls { get; private init; }

    public required IAuthorizer Authorizer { get; init; }

    /// <summary>Puts it together; rules that there are to go by are not read yet.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="store">Where rules are kept, for a broker that goes by them.</param>
    /// <param name="logger">Learns of what is denied, and of files that change.</param>
    /// <exception cref="InvalidConfigException">The settings contradict each other, or a file is not what it should be.</exception>
    public static BrokerSecurity Create(BrokerOptions options, IAclStore store, ILogger logger)
    {
        SecurityOptions security = options.Security;
        bool usesTls = options.Listeners.Any(listener => listener.Protocol is SecurityProtocol.Ssl or SecurityProtocol.SaslSsl);
        bool usesSasl = options.Listeners.Any(
            listener => listener.Protocol is SecurityProtocol.SaslPlaintext or SecurityProtocol.SaslSsl);
        CheckMechanisms(security);
        foreach (string superUser in security.SuperUsers)
        {
            if (superUser.IndexOf(':', StringComparison.Ordinal) <= 0)
                throw new InvalidConfigException("super.users", $"'{superUser}' is no principal: write it as User:{superUser}");
        }

        bool authenticates = usesSasl || (usesTls && security.ClientAuthentication != ClientAuthentication.None);
        bool goesByRules = security.Authorizer == AuthorizerKind.Acl ||
            (security.Authorizer == AuthorizerKind.Automatic && authenticates);
        IAclStore? acls = goesByRules ? store : null;
        return new BrokerSecurity
        {
            Tls = usesTls ? new TlsServer(security, logger) : null,
            Users = usesSasl
                ? new UserStore(security.UsersFile ?? Path.Combine(options.Directory, "users.json"), logger)
                : null,
            Acls = acls,
            Authorizer = acls is null ? new AllowAll() : new AclAuthorizer(acls, security, logger),
        };
    }

    private static void CheckMechanisms(SecurityOptions security)
    {
        if (security.Mechanisms.Count == 0)
            throw new InvalidConfigException("sasl.enabled.mechanisms", "name at least one mechanism");
        foreach (string mechanism in security.Mechanisms)
        {
            if (mechanism != PlainExchange.Name && ScramMechanism.Find(mechanism) is null)
                throw new InvalidConfigException(
                    "sasl.enabled.mechanisms", $"there is no '{mechanism}'; there are SCRAM-SHA-256, SCRAM-SHA-512 and PLAIN");
        }
    }
}
