using System.Buffers.Binary;
using System.Security.Authentication;
using LogStore.Broker.Security.Sasl;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Cluster;
using LogStore.KafkaProtocol.Security;
using Xunit;

namespace LogStore.Broker.Tests.Security;

/// <summary>Who is let in, over real sockets.</summary>
public sealed class AuthenticationTests
{
    [Theory]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-512")]
    [InlineData("PLAIN")]
    public async Task AUserWithThePasswordIsServed(string mechanism)
    {
        await using SecureBroker broker = await SecureBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.SendAsync(new ApiVersionsRequest(), version: 0);
        Assert.Equal(ErrorCode.None, (await SecureBroker.AuthenticateAsync(client, mechanism, "alice")).ErrorCode);
        Assert.Single((await client.SendAsync(new MetadataRequest(), version: 4)).Brokers);
    }

    [Theory]
    [InlineData("SCRAM-SHA-256", "alice", "wrong")]
    [InlineData("SCRAM-SHA-512", "nobody", SecureBroker.Password)]
    [InlineData("PLAIN", "alice", "wrong")]
    [InlineData("PLAIN", "nobody", SecureBroker.Password)]
    public async Task WhoHasNotIsToldSoAndTheConnectionEnds(string mechanism, string user, string password)
    {
        await using SecureBroker broker = await SecureBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        SaslAuthenticateResponse last = await SecureBroker.AuthenticateAsync(client, mechanism, user, password);
        Assert.Equal(ErrorCode.SaslAuthenticationFailed, last.ErrorCode);
        Assert.Null(await client.ReadFrameAsync());
    }

    [Fact]
    public async Task NothingElseIsServedBeforeAuthentication()
    {
        await using SecureBroker broker = await SecureBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.WriteAsync(new MetadataRequest(), version: 4);
        Assert.Null(await client.ReadFrameAsync());
    }

    [Fact]
    public async Task NothingElseIsServedInTheMiddleOfAnAuthenticationEither()
    {
        await using SecureBroker broker = await SecureBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.SendAsync(new SaslHandshakeRequest { Mechanism = "SCRAM-SHA-256" }, version: 1);
        ScramClient scram = new("SCRAM-SHA-256", "alice", SecureBroker.Password);
        await client.SendAsync(new SaslAuthenticateRequest { AuthBytes = scram.First }, version: 1);
        await client.WriteAsync(new MetadataRequest(), version: 4);
        Assert.Null(await client.ReadFrameAsync());
    }

    [Fact]
    public async Task AFrameThatIsTooLargeForAStrangerEndsTheConnectionAndIsTakenFromAFriend()
    {
        await using SecureBroker broker = await SecureBroker.StartAsync();
        await using (ProtocolClient stranger = await broker.ConnectAsync())
        {
            byte[] size = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(size, 64 * 1024 + 1);
            await stranger.Stream.WriteAsync(size);
            Assert.Null(await stranger.ReadFrameAsync());
        }

        await using ProtocolClient alice = await broker.LogInAsync("alice");
        MetadataRequest large = new() { Topics = [.. Enumerable.Range(0, 9000).Select(n => new MetadataRequest.Topic { Name = $"topic{n}" })] };
        Assert.Equal(9000, (await alice.SendAsync(large, version: 4)).Topics.Length);
    }

    [Fact]
    public async Task AMechanismThatIsNotOfferedIsRefusedWithThoseThatAre()
    {
        await using SecureBroker broker =
            await SecureBroker.StartAsync(options => options with { Mechanisms = SecurityOptions.DefaultMechanisms });
        await using ProtocolClient client = await broker.ConnectAsync();
        SaslHandshakeResponse response = await client.SendAsync(new SaslHandshakeRequest { Mechanism = "PLAIN" }, version: 1);
        Assert.Equal(ErrorCode.UnsupportedSaslMechanism, response.ErrorCode);
        Assert.Equal(["SCRAM-SHA-256", "SCRAM-SHA-512"], response.Mechanisms);
        Assert.Null(await client.ReadFrameAsync());
    }

    [Fact]
    public async Task AMessageWithoutAHandshakeIsRefused()
    {
        await using SecureBroker broker = await SecureBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        SaslAuthenticateResponse response = await client.SendAsync(new SaslAuthenticateRequest(), version: 0);
        Assert.Equal(ErrorCode.IllegalSaslState, response.ErrorCode);
        Assert.Null(await client.ReadFrameAsync());
    }

    [Theory]
    [InlineData(SecureBroker.Password, true)]
    [InlineData("wrong", false)]
    public async Task AnOldClientAuthenticatesInFramesWithoutARequest(string password, bool succeeds)
    {
        await using SecureBroker broker = await SecureBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectAsync();
        await client.SendAsync(new SaslHandshakeRequest { Mechanism = "SCRAM-SHA-256" }, version: 0);
        ScramClient scram = new("SCRAM-SHA-256", "alice", password);
        byte[] first = (await ExchangeAsync(client, scram.First))!;
        byte[]? last = await ExchangeAsync(client, scram.Final(first));
        Assert.Equal(succeeds, last is not null);
        if (!succeeds) return;
        Assert.True(scram.Trusts(last!));
        Assert.Single((await client.SendAsync(new MetadataRequest(), version: 4)).Brokers);
    }

    [Fact]
    public async Task AUserThatIsAddedOrRemovedCountsFromTheNextConnectionOn()
    {
        await using SecureBroker broker = await SecureBroker.StartAsync();
        UserFile.Open(broker.UsersFile).Set("carol", "new", iterations: 4096);
        await using ProtocolClient carol = await broker.LogInAsync("carol", "new");
        Assert.True(UserFile.Open(broker.UsersFile).Remove("carol"));
        await using ProtocolClient again = await broker.ConnectAsync();
        SaslAuthenticateResponse last = await SecureBroker.AuthenticateAsync(again, "PLAIN", "carol", "new");
        Assert.Equal(ErrorCode.SaslAuthenticationFailed, last.ErrorCode);
    }

    [Fact]
    public void TheFileOfUsersHoldsNoPasswordAndIsItsOwnersAlone()
    {
        using TemporaryDirectory directory = new();
        string path = directory["users.json"];
        UserFile.Open(path).Set("alice", "a very secret word", iterations: 4096);
        Assert.DoesNotContain("secret", File.ReadAllText(path), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(["alice"], UserFile.Open(path).Names);
        Assert.False(UserFile.Open(path).Remove("bob"));
    }

    [Fact]
    public async Task AUserInsideTlsIsServed()
    {
        await using SecureBroker broker = await SecureBroker.StartAsync();
        await using ProtocolClient client = await broker.ConnectTlsAsync(SecurityProtocol.SaslSsl);
        Assert.Equal(ErrorCode.None, (await SecureBroker.AuthenticateAsync(client, "SCRAM-SHA-512", "alice")).ErrorCode);
        Assert.Single((await client.SendAsync(new MetadataRequest(), version: 4)).Brokers);
    }

    [Fact]
    public async Task AClientIsWhoItsCertificateSays()
    {
        await using SecureBroker broker = await SecureBroker.StartAsync();
        string certificate = broker.Certificates.Client("CN=admin, O=Example");
        await using ProtocolClient client = await broker.ConnectTlsAsync(SecurityProtocol.Ssl, certificate);
        DescribeAclsResponse response = await client.SendAsync(AnyAcl, version: 1);
        Assert.Equal(ErrorCode.None, response.ErrorCode); // Which super users alone may see here.

        string other = broker.Certificates.Client("CN=other, O=Example");
        await using ProtocolClient stranger = await broker.ConnectTlsAsync(SecurityProtocol.Ssl, other);
        Assert.Equal(ErrorCode.ClusterAuthorizationFailed, (await stranger.SendAsync(AnyAcl, version: 1)).ErrorCode);
    }

    [Fact]
    public async Task AClientWithoutATrustedCertificateIsNotLetIn()
    {
        await using SecureBroker broker = await SecureBroker.StartAsync();
        using TestCertificates others = new();
        foreach (string? certificate in new[] { null, others.Client("CN=admin, O=Example"), broker.Certificates.Server })
        {
            // In TLS 1.3 the client learns of it with its first read.
            bool served = true;
            try
            {
                await using ProtocolClient client = await broker.ConnectTlsAsync(SecurityProtocol.Ssl, certificate);
                await client.WriteAsync(new ApiVersionsRequest(), version: 0);
                served = await client.ReadFrameAsync() is not null;
            }
            catch (Exception exception) when (exception is IOException or AuthenticationException)
            {
                served = false;
            }

            Assert.False(served, $"{certificate}");
        }
    }

    [Fact]
    public async Task WhereACertificateIsOnlyRequestedAClientMayHaveNone()
    {
        await using SecureBroker broker = await SecureBroker.StartAsync(
            options => options with { ClientAuthentication = ClientAuthentication.Requested });
        await using ProtocolClient client = await broker.ConnectTlsAsync(SecurityProtocol.Ssl);
        Assert.Equal(ErrorCode.ClusterAuthorizationFailed, (await client.SendAsync(AnyAcl, version: 1)).ErrorCode);
    }

    [Fact]
    public async Task ARenewedCertificateIsUsedForTheNextConnection()
    {
        await using SecureBroker broker = await SecureBroker.StartAsync();
        await using ProtocolClient before = await broker.ConnectTlsAsync(SecurityProtocol.SaslSsl);
        File.SetLastWriteTimeUtc(broker.Certificates.RenewServer("CN=renewed"), DateTime.UtcNow.AddSeconds(5));
        string? subject = null;
        await using ProtocolClient after = await ProtocolClient.ConnectAsync(
            broker.Port(SecurityProtocol.SaslSsl),
            async stream =>
            {
                System.Net.Security.SslStream tls = new(stream, false, (_, certificate, _, _) =>
                {
                    subject = certificate!.Subject;
                    return subject == "CN=renewed";
                });
                await tls.AuthenticateAsClientAsync("localhost");
                return tls;
            });
        Assert.Equal("CN=renewed", subject);
        await before.SendAsync(new ApiVersionsRequest(), version: 0); // Those that are there go on.
    }

    [Theory]
    [InlineData("not there")]
    [InlineData("no certificate")]
    public async Task ACertificateThatCannotBeUsedKeepsTheBrokerFromStarting(string what)
    {
        using TestCertificates certificates = new();
        string file = what == "not there" ? "/nowhere/server.pem" : certificates.Write("empty.pem", "nothing");
        InvalidConfigException error = await Assert.ThrowsAsync<InvalidConfigException>(
            () => SecureBroker.StartAsync(options => options with { KeyStoreFile = file }));
        Assert.Equal("ssl.keystore.location", error.Key);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    private static DescribeAclsRequest AnyAcl => new()
    {
        ResourceType = AclResourceType.Any,
        PatternType = AclPatternType.Any,
        Operation = AclOperation.Any,
        PermissionType = AclPermissionType.Any,
    };

    private static async Task<byte[]?> ExchangeAsync(ProtocolClient client, byte[] token)
    {
        byte[] size = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, token.Length);
        await client.Stream.WriteAsync(size);
        await client.Stream.WriteAsync(token);
        return await client.ReadFrameAsync();
    }
}
