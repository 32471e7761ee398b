using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using LogStore.Broker.Security.Sasl;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Security;
using Xunit;

namespace LogStore.Broker.Tests.Security;

/// <summary>A broker with a listener of each kind, users and a certificate of the test's own.</summary>
internal sealed class SecureBroker : IAsyncDisposable
{
    public const string Password = "correct horse";

    private readonly TemporaryDirectory _directory;
    private readonly TestBroker _broker;

    private SecureBroker(TemporaryDirectory directory, TestBroker broker)
    {
        _directory = directory;
        _broker = broker;
    }

    public TestCertificates Certificates { get; private init; } = null!;

    public TestBroker Broker => _broker;

    public string UsersFile => _directory["users.json"];

    /// <summary>Starts it with the users admin, who may do all, alice and bob.</summary>
    public static async Task<SecureBroker> StartAsync(Func<SecurityOptions, SecurityOptions>? configure = null)
    {
        TemporaryDirectory directory = new();
        TestCertificates certificates = new();
        UserFile users = UserFile.Open(directory["users.json"]);
        foreach (string user in new[] { "admin", "alice", "bob" }) users.Set(user, Password, iterations: 4096);
        SecurityOptions security = new()
        {
            KeyStoreFile = certificates.Server,
            TrustStoreFile = certificates.Authority,
            ClientAuthentication = ClientAuthentication.Required,
            Mechanisms = ["SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN"],
            UsersFile = directory["users.json"],
            FailureDelay = TimeSpan.FromMilliseconds(1),
            SuperUsers = ["User:admin", "User:CN=admin,O=Example"],
        };
        TestBroker broker = await TestBroker.StartAsync(options => options with
        {
            Security = configure?.Invoke(security) ?? security,
            Listeners =
            [
                new ListenerOptions(SecurityProtocol.SaslPlaintext, "127.0.0.1", 0),
                new ListenerOptions(SecurityProtocol.SaslSsl, "127.0.0.1", 0),
                new ListenerOptions(SecurityProtocol.Ssl, "127.0.0.1", 0),
            ],
        });
        return new SecureBroker(directory, broker) { Certificates = certificates };
    }

    public int Port(SecurityProtocol protocol) =>
        _broker.Server.Listeners.Single(listener => listener.Protocol == protocol).Port;

    /// <summary>Connects in the clear; nobody is known yet.</summary>
    public Task<ProtocolClient> ConnectAsync() => ProtocolClient.ConnectAsync(Port(SecurityProtocol.SaslPlaintext));

    /// <summary>Connects as a user.</summary>
    public async Task<ProtocolClient> LogInAsync(string user, string password = Password)
    {
        ProtocolClient client = await ConnectAsync();
        SaslAuthenticateResponse last = await AuthenticateAsync(client, "SCRAM-SHA-256", user, password);
        Assert.Equal(ErrorCode.None, last.ErrorCode);
        return client;
    }

    /// <summary>Goes through a whole exchange, and returns its last answer.</summary>
    public static async Task<SaslAuthenticateResponse> AuthenticateAsync(
        ProtocolClient client, string mechanism, string user, string password = Password)
    {
        SaslHandshakeResponse handshake =
            await client.SendAsync(new SaslHandshakeRequest { Mechanism = mechanism }, version: 1);
        Assert.Equal(ErrorCode.None, handshake.ErrorCode);
        if (mechanism == "PLAIN")
        {
            byte[] message = System.Text.Encoding.UTF8.GetBytes($"\0{user}\0{password}");
            return await client.SendAsync(new SaslAuthenticateRequest { AuthBytes = message }, version: 1);
        }

        ScramClient scram = new(mechanism, user, password);
        SaslAuthenticateResponse first =
            await client.SendAsync(new SaslAuthenticateRequest { AuthBytes = scram.First }, version: 1);
        Assert.Equal(ErrorCode.None, first.ErrorCode);
        SaslAuthenticateResponse last = await client.SendAsync(
            new SaslAuthenticateRequest { AuthBytes = scram.Final(first.AuthBytes.ToArray()) }, version: 1);
        if (last.ErrorCode == ErrorCode.None) Assert.True(scram.Trusts(last.AuthBytes.ToArray()));
        return last;
    }

    /// <summary>Connects inside TLS, checking the broker's certificate.</summary>
    /// <param name="protocol">SSL or SASL_SSL.</param>
    /// <param name="certificate">The client's certificate and key; null for none.</param>
    public Task<ProtocolClient> ConnectTlsAsync(SecurityProtocol protocol, string? certificate = null) =>
        ProtocolClient.ConnectAsync(Port(protocol), async stream =>
        {
            SslStream tls = new(stream);
            SslClientAuthenticationOptions options = new()
            {
                TargetHost = "localhost",
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            };
            options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(Certificates.Authority);
            if (certificate is not null)
                options.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate)];
            await tls.AuthenticateAsClientAsync(options);
            return tls;
        });

    /// <summary>Adds a rule, as admin.</summary>
    public async Task AllowAsync(
        string principal, AclResourceType type, string name, AclOperation operation,
        AclPatternType pattern = AclPatternType.Literal, AclPermissionType permission = AclPermissionType.Allow)
    {
        await using ProtocolClient admin = await LogInAsync("admin");
        CreateAclsResponse response = await admin.SendAsync(
            new CreateAclsRequest
            {
                Creations =
                [
                    new()
                    {
                        ResourceType = type,
                        ResourceName = name,
                        PatternType = pattern,
                        Principal = principal,
                        Host = "*",
                        Operation = operation,
                        PermissionType = permission,
                    },
                ],
            },
            version: 1);
        Assert.Equal(ErrorCode.None, response.Results[0].ErrorCode);
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        Certificates.Dispose();
        _directory.Dispose();
    }
}
