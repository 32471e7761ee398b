using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LogStore.Broker.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Security.Tls;

/// <summary>
/// The broker's side of TLS: its certificate, and whose client certificates it trusts. The files are read again when they have
/// changed, so that a certificate can be renewed under a running broker.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class TlsServer
{
    private readonly SecurityOptions _options;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private (DateTime, DateTime, DateTime) _stamp;
    private Settings _current;

    /// <exception cref="InvalidConfigException">A file is missing, or does not hold what it should.</exception>
    public TlsServer(SecurityOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _stamp = Stamp();
        _current = Load();
    }

    /// <summary>What a new connection is to be authenticated with.</summary>
    /// <param name="asksForCertificate">Whether its listener goes by <c>ssl.client.auth</c>.</param>
    public SslServerAuthenticationOptions OptionsFor(bool asksForCertificate)
    {
        Settings settings = Current();
        ClientAuthentication clients = asksForCertificate ? _options.ClientAuthentication : ClientAuthentication.None;
        SslServerAuthenticationOptions options = new()
        {
            ServerCertificateContext = settings.Certificate,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            ClientCertificateRequired = clients != ClientAuthentication.None,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            AllowRenegotiation = false,
            // A session that is resumed is not authenticated again.
            AllowTlsResume = clients == ClientAuthentication.None,
        };
        if (clients == ClientAuthentication.None) return options;
        options.CertificateChainPolicy = settings.TrustPolicy();
        options.RemoteCertificateValidationCallback = (_, certificate, _, errors) => certificate is null
            ? clients == ClientAuthentication.Requested
            : errors == SslPolicyErrors.None;
        return options;
    }

    private Settings Current()
    {
        lock (_gate)
        {
            (DateTime, DateTime, DateTime) stamp = Stamp();
            if (stamp == _stamp) return _current;
            _stamp = stamp; // Once for each change: a file that cannot be used leaves what was there.
            try
            {
                _current = Load();
            }
            catch (InvalidConfigException exception)
            {
                SecurityEvents.UnreadableFile(_logger, _options.KeyStoreFile!, exception.Message);
            }

            return _current;
        }
    }

    private Settings Load()
    {
        string file = _options.KeyStoreFile ?? throw new InvalidConfigException(
            "ssl.keystore.location", "a listener with TLS needs a certificate");
        X509Certificate2 certificate = Read("ssl.keystore.location", file, () => WithKey(file));
        X509Certificate2Collection chain = Read("ssl.keystore.location", file, () => Certificates(file));
        SecurityEvents.LoadedCertificate(_logger, file, certificate.Subject, certificate.NotAfter.ToUniversalTime());
        return new Settings(
            SslStreamCertificateContext.Create(certificate, chain, offline: true),
            _options.ClientAuthentication == ClientAuthentication.None ? [] : LoadTrusted());
    }

    private X509Certificate2 WithKey(string file)
    {
        string keyFile = _options.KeyFile ?? file;
        return _options.KeyPassword is { } password
            ? X509Certificate2.CreateFromEncryptedPemFile(file, password, keyFile)
            : X509Certificate2.CreateFromPemFile(file, keyFile);
    }

    private X509Certificate2Collection LoadTrusted()
    {
        string file = _options.TrustStoreFile ?? throw new InvalidConfigException(
            "ssl.truststore.location", "with ssl.client.auth it must name the authorities that are trusted");
        return Read("ssl.truststore.location", file, () => Certificates(file));
    }

    private static X509Certificate2Collection Certificates(string file)
    {
        X509Certificate2Collection certificates = [];
        certificates.ImportFromPemFile(file);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("there is no certificate in it");
    }

    private static T Read<T>(string key, string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException
                                              or ArgumentException)
        {
            throw new InvalidConfigException(key, $"'{file}' cannot be used: {exception.Message.TrimEnd('.')}");
        }
    }

    private (DateTime, DateTime, DateTime) Stamp() =>
        (Written(_options.KeyStoreFile), Written(_options.KeyFile), Written(_options.TrustStoreFile));

    private static DateTime Written(string? file) => file is null ? default : File.GetLastWriteTimeUtc(file);

    /// <summary>What was read from the files.</summary>
    private sealed record Settings(SslStreamCertificateContext Certificate, X509Certificate2Collection Trusted)
    {
        public X509ChainPolicy TrustPolicy()
        {
            X509ChainPolicy policy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            policy.CustomTrustStore.AddRange(Trusted);
            policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2")); // Client authentication.
            return policy;
        }
    }
}
