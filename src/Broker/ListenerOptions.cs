using System.Globalization;

namespace LogStore.Broker;

/// <summary>An address that the broker listens on. Immutable.</summary>
/// <param name="Protocol">What it asks of its connections.</param>
/// <param name="Host">An IP address or a name; empty for all of this machine's addresses.</param>
/// <param name="Port">The port; 0 takes a free one.</param>
public sealed record ListenerOptions(SecurityProtocol Protocol, string Host, int Port)
{
    /// <summary>Reads Kafka's form, <c>PROTOCOL://HOST:PORT</c>; <c>HOST:PORT</c> alone is PLAINTEXT.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static ListenerOptions Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        string address = scheme < 0 ? text : text[(scheme + 3)..];
        SecurityProtocol protocol = scheme < 0 ? SecurityProtocol.Plaintext : ParseProtocol(text[..scheme]);
        int colon = address.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(address[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            || port > 65_535)
            throw new FormatException($"'{text}' is no listener: write PROTOCOL://HOST:PORT, as in PLAINTEXT://127.0.0.1:9092");
        return new ListenerOptions(protocol, address[..colon].Trim('[', ']'), port);
    }

    /// <summary>The protocol's name in Kafka's spelling.</summary>
    public static string NameOf(SecurityProtocol protocol) => protocol switch
    {
        SecurityProtocol.Plaintext => "PLAINTEXT",
        SecurityProtocol.Ssl => "SSL",
        SecurityProtocol.SaslPlaintext => "SASL_PLAINTEXT",
        _ => "SASL_SSL",
    };

    /// <inheritdoc/>
    public override string ToString() =>
        $"{NameOf(Protocol)}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";

    private static SecurityProtocol ParseProtocol(string name) => name.ToUpperInvariant() switch
    {
        "PLAINTEXT" => SecurityProtocol.Plaintext,
        "SSL" => SecurityProtocol.Ssl,
        "SASL_PLAINTEXT" => SecurityProtocol.SaslPlaintext,
        "SASL_SSL" => SecurityProtocol.SaslSsl,
        _ => throw new FormatException(
            $"'{name}' is no listener protocol: there are PLAINTEXT, SSL, SASL_PLAINTEXT and SASL_SSL"),
    };
}
