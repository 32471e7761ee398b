using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using LogStore.Client.Tests.Support;
using LogStore.KafkaProtocol;
using LogStore.KafkaProtocol.Security;
using Xunit;

namespace LogStore.Client.Tests.Security;

public sealed class ConnectionSecurityTests
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [Fact]
    public async Task RecordsGoOverTlsToABrokerWhoseAuthorityIsTrusted()
    {
        using var directory = new TemporaryDirectory();
        ScriptedCluster cluster = TlsCluster(directory, certifiedName: "scripted");
        _ = new ProduceScript(cluster, 1);
        await using var producer = new Producer(
            cluster.ProducerOptions with { Tls = new TlsOptions { CaFile = directory["ca.pem"] } });
        Assert.Equal(0, (await producer.SendAsync(new ProducerRecord("t", "a"u8.ToArray()), Limit)).Offset);
    }

    [Fact]
    public async Task ACertificateForAnotherHostIsRefusedUnlessNamesAreNotChecked()
    {
        using var directory = new TemporaryDirectory();
        ScriptedCluster cluster = TlsCluster(directory, certifiedName: "elsewhere");
        _ = new ProduceScript(cluster, 1);
        var tls = new TlsOptions { CaFile = directory["ca.pem"] };
        await using (var producer = new Producer(cluster.ProducerOptions with { Tls = tls }))
        {
            await Assert.ThrowsAsync<BrokerAuthenticationException>(
                () => producer.SendAsync(new ProducerRecord("t", "a"u8.ToArray()), Limit));
        }

        tls = new TlsOptions { CaFile = directory["ca.pem"], CheckHostName = false };
        await using var careless = new Producer(cluster.ProducerOptions with { Tls = tls });
        await careless.SendAsync(new ProducerRecord("t", "a"u8.ToArray()), Limit);
    }

    [Fact]
    public async Task AnAuthorityThatIsNotTrustedIsRefusedEvenIfNamesAreNotChecked()
    {
        using var directory = new TemporaryDirectory();
        using var other = new TemporaryDirectory();
        ScriptedCluster cluster = TlsCluster(directory, certifiedName: "scripted");
        TlsCluster(other, certifiedName: "scripted");
        await using var producer = new Producer(cluster.ProducerOptions with
        {
            Tls = new TlsOptions { CaFile = other["ca.pem"], CheckHostName = false },
        });
        await Assert.ThrowsAsync<BrokerAuthenticationException>(
            () => producer.SendAsync(new ProducerRecord("t", "a"u8.ToArray()), Limit));
    }

    [Fact]
    public async Task PlainSendsUserAndPasswordBeforeAnythingElse()
    {
        var cluster = new ScriptedCluster(nodes: 1, "t", partitions: 1);
        _ = new ProduceScript(cluster, 1);
        cluster.On<SaslHandshakeRequest>(
            (_, request) => new SaslHandshakeResponse { Mechanisms = [request.Mechanism] });
        cluster.On<SaslAuthenticateRequest>((_, request) => new SaslAuthenticateResponse
        {
            ErrorCode = Encoding.UTF8.GetString(request.AuthBytes.Span) == "\0me\0secret"
                ? ErrorCode.None : ErrorCode.SaslAuthenticationFailed,
        });
        await using (var producer = new Producer(cluster.ProducerOptions with { Sasl = Sasl("secret") }))
            await producer.SendAsync(new ProducerRecord("t", "a"u8.ToArray()), Limit);

        await using var wrong = new Producer(cluster.ProducerOptions with { Sasl = Sasl("hunter2") });
        BrokerAuthenticationException error = await Assert.ThrowsAsync<BrokerAuthenticationException>(
            () => wrong.SendAsync(new ProducerRecord("t", "a"u8.ToArray()), Limit));
        Assert.Contains("Plain as 'me'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void OptionsPrintNoSecrets()
    {
        var options = new ProducerOptions
        {
            Sasl = Sasl("secret"),
            Tls = new TlsOptions { KeyPassword = "secret" },
        };
        Assert.DoesNotContain("secret", options.ToString(), StringComparison.Ordinal);
    }

    private static SaslOptions Sasl(string password) =>
        new() { Mechanism = SaslMechanism.Plain, UserName = "me", Password = password };

    /// <summary>
    /// A cluster that speaks TLS with a certificate of a new authority, which is written to the directory.
    /// </summary>
    private static ScriptedCluster TlsCluster(TemporaryDirectory directory, string certifiedName)
    {
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=authority", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 ca = caRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        File.WriteAllText(directory["ca.pem"], ca.ExportCertificatePem());

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={certifiedName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(certifiedName);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 signed = request.Create(ca, now.AddDays(-1), now.AddDays(20), [1, 2, 3]);
        X509Certificate2 certificate = signed.CopyWithPrivateKey(key);
        return new ScriptedCluster(nodes: 1, "t", partitions: 1)
        {
            Wrap = async stream =>
            {
                var tls = new SslStream(stream);
                try
                {
                    await tls.AuthenticateAsServerAsync(certificate);
                }
                catch (System.Security.Authentication.AuthenticationException e)
                {
                    throw new IOException("The client did not trust the broker.", e);
                }

                return tls;
            },
        };
    }
}
