using System.Security.Cryptography;
using System.Text;

namespace LogStore.Broker.Security.Sasl;

/// <summary>
/// SCRAM: client and server prove to each other that they know keys of the same password, and neither sends it.
/// <code>
///   n,,n=user,r=CLIENT                              ─►
///                                                   ◄─  r=CLIENT SERVER,s=SALT,i=ITERATIONS
///   c=biws,r=CLIENT SERVER,p=PROOF                  ─►
///                                                   ◄─  v=SIGNATURE
/// </code>
/// </summary>
/// <remarks>Without channel binding. Source: RFC 5802, sections 5 and 7; RFC 7677.</remarks>
/// <param name="mechanism">The mechanism.</param>
/// <param name="users">Who there is.</param>
/// <param name="serverNonce">The server's part of the nonce, for tests; null makes one.</param>
internal sealed class ScramExchange(ScramMechanism mechanism, UserStore users, string? serverNonce = null) : SaslExchange
{
    private const int NonceBytes = 24;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ScramCredential? _credential;
    private string _user = "";
    private string _header = "";
    private string _clientFirst = "";
    private string _serverFirst = "";
    private string _clientNonce = "";
    private string _nonce = "";
    private bool _isOver;

    public override string Mechanism => mechanism.Name;

    public override SaslStep Next(ReadOnlySpan<byte> message)
    {
        if (_isOver) return SaslStep.Failed;
        SaslStep step;
        try
        {
            string text = Utf8.GetString(message);
            step = _credential is null ? First(text) : Final(text);
        }
        catch (Exception exception) when (exception is DecoderFallbackException or FormatException)
        {
            step = SaslStep.Failed;
        }

        _isOver = step.Outcome != SaslOutcome.Continue;
        return step;
    }

    private SaslStep First(string message)
    {
        // gs2-header: "n" or "y" for no channel binding, an identity to act as, then the rest.
        string[] parts = message.Split(',', 3);
        if (parts.Length < 3 || parts[0] is not ("n" or "y")) return SaslStep.Failed;
        _header = $"{parts[0]},{parts[1]},";
        _clientFirst = parts[2];
        string[] attributes = _clientFirst.Split(',');
        // "m=" would announce an extension that must be understood; others, like Kafka's, may follow and are passed over,
        // but delegation tokens, which one of them asks for, are not offered.
        if (attributes.Length < 2 || Value(attributes[0], 'n') is not { Length: > 0 } name ||
            Value(attributes[1], 'r') is not { Length: > 0 } clientNonce || attributes.Contains("tokenauth=true"))
            return SaslStep.Failed;
        _user = Unescape(name);
        if (parts[1].Length > 0 && (Value(parts[1], 'a') is not { } actsAs || Unescape(actsAs) != _user))
            return SaslStep.Failed;
        _credential = users.Find(_user, mechanism);
        _clientNonce = clientNonce;
        _nonce = clientNonce + (serverNonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes)));
        _serverFirst = $"r={_nonce},s={Convert.ToBase64String(_credential.Salt)},i={_credential.Iterations}";
        return new SaslStep(SaslOutcome.Continue, Utf8.GetBytes(_serverFirst), null);
    }

    private SaslStep Final(string message)
    {
        int proofAt = message.LastIndexOf(",p=", StringComparison.Ordinal);
        if (proofAt < 0) return SaslStep.Failed;
        string withoutProof = message[..proofAt];
        string[] attributes = withoutProof.Split(',');
        if (attributes.Length < 2 || Value(attributes[0], 'c') != Convert.ToBase64String(Utf8.GetBytes(_header)) ||
            !IsNonce(Value(attributes[1], 'r'))) return SaslStep.Failed;
        byte[] proof = Convert.FromBase64String(message[(proofAt + 3)..]);
        byte[] authMessage = Utf8.GetBytes($"{_clientFirst},{_serverFirst},{withoutProof}");
        if (!mechanism.Verify(_credential!, authMessage, proof)) return SaslStep.Failed;
        string signature = Convert.ToBase64String(mechanism.Sign(_credential!, authMessage));
        return new SaslStep(SaslOutcome.Succeeded, Utf8.GetBytes($"v={signature}"), _user);
    }

    /// <summary>
    /// librdkafka before 2.6.1 puts its own part in front once more; the proof covers what it sends, so nothing is lost by that.
    /// </summary>
    private bool IsNonce(string? nonce) => nonce == _nonce || nonce == _clientNonce + _nonce;

    private static string? Value(string attribute, char name) =>
        attribute.Length >= 2 && attribute[0] == name && attribute[1] == '=' ? attribute[2..] : null;

    /// <summary>A name has "=2C" for a comma and "=3D" for an equals sign, and no other "=".</summary>
    private static string Unescape(string name)
    {
        StringBuilder text = new();
        for (int index = 0; index < name.Length; index++)
        {
            if (name[index] != '=') text.Append(name[index]);
            else if (string.CompareOrdinal(name, index, "=2C", 0, 3) == 0) text.Append(',');
            else if (string.CompareOrdinal(name, index, "=3D", 0, 3) == 0) text.Append('=');
            else throw new FormatException("a name is escaped in no known way");
            if (name[index] == '=') index += 2;
        }

        return text.ToString();
    }
}
