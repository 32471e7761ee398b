using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LogStore.Broker.Tests.Security;

/// <summary>An authority of the test's own, and what it has signed, as PEM files.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;

    public TestCertificates()
    {
        CertificateRequest request = new("CN=Test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        Authority = Write("ca.pem", _authority.ExportCertificatePem());
        Server = Issue("server.pem", "CN=127.0.0.1", "1.3.6.1.5.5.7.3.1");
    }

    /// <summary>The authority's certificate.</summary>
    public string Authority { get; }

    /// <summary>The broker's certificate and key.</summary>
    public string Server { get; }

    /// <summary>A client's certificate and key, in one file.</summary>
    public string Client(string subject) => Issue($"{Guid.NewGuid():N}.pem", subject, "1.3.6.1.5.5.7.3.2");

    /// <summary>Replaces the broker's certificate by another one.</summary>
    public string RenewServer(string subject) => Issue("server.pem", subject, "1.3.6.1.5.5.7.3.1");

    public string Write(string name, string content)
    {
        File.WriteAllText(_directory[name], content);
        return _directory[name];
    }

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
        _directory.Dispose();
    }

    private string Issue(string file, string subject, string usage)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(
            _authority, DateTimeOffset.UtcNow.AddMinutes(-30), DateTimeOffset.UtcNow.AddMinutes(30),
            RandomNumberGenerator.GetBytes(8));
        return Write(file, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }
}
