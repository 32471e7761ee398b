using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LogStore.Client.Security;

/// <summary>Encrypts a stream, having checked the broker's certificate.</summary>
internal static class TlsHandshake
{
    public static async ValueTask<Stream> AuthenticateAsync(
        Stream transport, string host, TlsOptions options, CancellationToken cancellationToken)
    {
        var stream = new SslStream(transport, leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsClientAsync(CreateOptions(host, options), cancellationToken)
                .ConfigureAwait(false);
            return stream;
        }
        catch (AuthenticationException e)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw new BrokerAuthenticationException(
                $"TLS with {host} failed: {e.Message} Check ssl.ca.location, and that the certificate names the host.",
                e);
        }
    }

    private static SslClientAuthenticationOptions CreateOptions(string host, TlsOptions options)
    {
        var created = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = SslProtocols.None, // What the system holds to be safe.
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (options.CaFile is { } caFile)
        {
            created.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            Read("ssl.ca.location", caFile, created.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile);
        }

        if (!options.CheckHostName)
        {
            created.RemoteCertificateValidationCallback = (_, _, _, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;
        }

        if (options.CertificateFile is { } file) created.ClientCertificateContext = LoadCertificate(file, options);
        return created;
    }

    private static SslStreamCertificateContext LoadCertificate(string file, TlsOptions options)
    {
        var chain = new X509Certificate2Collection();
        Read("ssl.certificate.location", file, chain.ImportFromPemFile);
        X509Certificate2? certificate = null;
        Read("ssl.key.location", options.KeyFile ?? file, key => certificate = options.KeyPassword is { } password
            ? X509Certificate2.CreateFromEncryptedPemFile(file, password, key)
            : X509Certificate2.CreateFromPemFile(file, key));
        return SslStreamCertificateContext.Create(certificate!, chain, offline: true);
    }

    private static void Read(string key, string path, Action<string> read)
    {
        try
        {
            read(path);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidConfigException(key, $"'{path}' cannot be read as PEM: {e.Message}");
        }
    }
}
