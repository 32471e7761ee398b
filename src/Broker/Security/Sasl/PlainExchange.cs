using System.Security.Cryptography;
using System.Text;

namespace LogStore.Broker.Security.Sasl;

/// <summary>PLAIN: one message with the name and the password, checked against the keys that SCRAM uses.</summary>
/// <remarks>Source: RFC 4616.</remarks>
internal sealed class PlainExchange(UserStore users) : SaslExchange
{
    public const string Name = "PLAIN";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public override string Mechanism => Name;

    public override SaslStep Next(ReadOnlySpan<byte> message)
    {
        string[] parts;
        try
        {
            parts = Utf8.GetString(message).Split('\0');
        }
        catch (DecoderFallbackException)
        {
            return SaslStep.Failed;
        }

        // An identity to act as, which nobody but oneself may, then the name and the password.
        if (parts is not [var actsAs, { Length: > 0 } name, var password] || (actsAs.Length > 0 && actsAs != name))
            return SaslStep.Failed;
        ScramMechanism mechanism = ScramMechanism.Sha256;
        ScramCredential stored = users.Find(name, mechanism);
        ScramCredential given = mechanism.Derive(password, stored.Salt, stored.Iterations);
        return CryptographicOperations.FixedTimeEquals(given.StoredKey, stored.StoredKey)
            ? new SaslStep(SaslOutcome.Succeeded, [], name)
            : SaslStep.Failed;
    }
}
