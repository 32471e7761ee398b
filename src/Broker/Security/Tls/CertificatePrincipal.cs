using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace LogStore.Broker.Security.Tls;

/// <summary>The principal of a client certificate: its subject, in the form that Kafka gives it.</summary>
/// <remarks>Source: RFC 2253, sections 2 and 3.</remarks>
internal static class CertificatePrincipal
{
    /// <summary>The attribute types that RFC 2253 has names for; others are shown by their number.</summary>
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["2.5.4.3"] = "CN",
        ["2.5.4.6"] = "C",
        ["2.5.4.7"] = "L",
        ["2.5.4.8"] = "ST",
        ["2.5.4.9"] = "STREET",
        ["2.5.4.10"] = "O",
        ["2.5.4.11"] = "OU",
        ["0.9.2342.19200300.100.1.25"] = "DC",
        ["0.9.2342.19200300.100.1.1"] = "UID",
    };

    /// <summary>As in <c>User:CN=orders,OU=shop,O=Example,C=DE</c>: the most specific part first, no blanks between parts.</summary>
    public static Principal Of(X509Certificate2 certificate) => new("User", Name(certificate.SubjectName));

    public static string Name(X500DistinguishedName subject)
    {
        StringBuilder text = new();
        foreach (X500RelativeDistinguishedName part in subject.EnumerateRelativeDistinguishedNames(reversed: true))
        {
            if (text.Length > 0) text.Append(',');
            Append(text, part);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, X500RelativeDistinguishedName part)
    {
        if (!part.HasMultipleElements && part.GetSingleElementType().Value is { } type &&
            Names.TryGetValue(type, out string? name) && TryGetValue(part) is { } value)
            text.Append(name).Append('=').Append(Escape(value));
        else
            text.Append('#').Append(Convert.ToHexStringLower(part.RawData.Span)); // What has no text is shown as it is encoded.
    }

    private static string? TryGetValue(X500RelativeDistinguishedName part)
    {
        try
        {
            return part.GetSingleElementValue();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static string Escape(string value)
    {
        StringBuilder text = new();
        for (int index = 0; index < value.Length; index++)
        {
            char letter = value[index];
            bool isAtEdge = (letter is ' ' && (index == 0 || index == value.Length - 1)) || (letter is '#' && index == 0);
            if (isAtEdge || letter is ',' or '+' or '"' or '\\' or '<' or '>' or ';') text.Append('\\');
            text.Append(letter);
        }

        return text.ToString();
    }
}
