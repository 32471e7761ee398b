using LogStore.Broker.Security;
using LogStore.Broker.Security.Sasl;

namespace LogStore.Broker.Network;

/// <summary>What is known of a connection's other side.</summary>
internal sealed class ConnectionInfo(
    string remoteHost, string name, SecurityProtocol protocol, IAuthorizer authorizer, CancellationToken aborted,
    CancellationToken stopping)
{
    /// <summary>The address that it comes from, without the port.</summary>
    public string RemoteHost { get; } = remoteHost;

    /// <summary>What logs call it.</summary>
    public string Name { get; } = name;

    /// <summary>What its listener asks of it.</summary>
    public SecurityProtocol Protocol { get; } = protocol;

    public IAuthorizer Authorizer { get; } = authorizer;

    /// <summary>Ends when the connection does.</summary>
    public CancellationToken Aborted { get; } = aborted;

    /// <summary>Ends when the broker is about to stop: what waits for something better answers with what it has.</summary>
    public CancellationToken Stopping { get; } = stopping;

    /// <summary>Who it speaks for.</summary>
    public Principal Principal { get; private set; } = Principal.Anonymous;

    /// <summary>Whether it may ask for more than the versions and its own authentication.</summary>
    public bool IsAuthenticated { get; private set; } = protocol is SecurityProtocol.Plaintext or SecurityProtocol.Ssl;

    /// <summary>The authentication that is under way; null when none is.</summary>
    public SaslExchange? Sasl { get; set; }

    /// <summary>The next frames are the mechanism's messages, without a request around them.</summary>
    public bool ExpectsSaslTokens { get; set; }

    /// <summary>The other side is known from now on.</summary>
    public void Authenticate(Principal principal)
    {
        Principal = principal;
        Sasl = null;
        ExpectsSaslTokens = false;
        IsAuthenticated = true;
    }

    /// <summary>The port of the listener that it came to.</summary>
    public int ListenerPort { get; init; }
}
