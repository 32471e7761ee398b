namespace LogStore.Client;

/// <summary>How connections are encrypted.</summary>
public sealed class TlsOptions
{
    /// <summary>
    /// A PEM file of the authorities that broker certificates are checked against; null for the system's.
    /// </summary>
    public string? CaFile { get; init; }

    /// <summary>A PEM file of the client's certificate, and its chain after it; null for none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>A PEM file of the key; null where it is in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The key's password; null where it is not encrypted. It is never written to logs.</summary>
    public string? KeyPassword { internal get; init; }

    /// <summary>Whether the certificate has to name the host that was connected to. True by default.</summary>
    public bool CheckHostName { get; init; } = true;

    /// <summary>The files, without the password.</summary>
    public override string ToString() => $"CA {CaFile ?? "of the system"}, certificate {CertificateFile ?? "none"}";
}
