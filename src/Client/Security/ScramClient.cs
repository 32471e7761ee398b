using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LogStore.Client.Security;

/// <summary>
/// SCRAM without channel binding, RFC 5802 and 7677: the broker has to prove that it knows the password too.
/// </summary>
internal sealed class ScramClient : ISaslClient
{
    // RFC 7677 asks for 4096 at least. The upper bound keeps a false broker from burning this client's CPU.
    private const int MinIterations = 4096;
    private const int MaxIterations = 1_000_000;

    private readonly HashAlgorithmName _hash;
    private readonly string _password;
    private readonly string _nonce;
    private readonly string _firstBare;
    private byte[] _serverSignature = [];
    private int _step;

    public ScramClient(HashAlgorithmName hash, string userName, string password, string? nonce = null)
    {
        _hash = hash;
        _password = password;
        _nonce = nonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
        string escaped =
            userName.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        _firstBare = $"n={escaped},r={_nonce}";
    }

    public string Mechanism => _hash == HashAlgorithmName.SHA512 ? "SCRAM-SHA-512" : "SCRAM-SHA-256";

    public byte[]? Next(ReadOnlySpan<byte> challenge)
    {
        switch (_step++)
        {
            case 0:
                return Encoding.UTF8.GetBytes("n,," + _firstBare);
            case 1:
                return AnswerTo(Encoding.UTF8.GetString(challenge));
            default:
                Verify(Encoding.UTF8.GetString(challenge));
                return null;
        }
    }

    private byte[] AnswerTo(string serverFirst)
    {
        Dictionary<char, string> fields = Parse(serverFirst);
        if (!fields.TryGetValue('r', out string? nonce) || !fields.TryGetValue('s', out string? salt) ||
            !fields.TryGetValue('i', out string? count))
            throw Untrusted("its first message lacks nonce, salt or iterations");
        if (!nonce.StartsWith(_nonce, StringComparison.Ordinal) || nonce.Length == _nonce.Length)
            throw Untrusted("its nonce does not continue the client's");
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int iterations) ||
            iterations is < MinIterations or > MaxIterations)
            throw Untrusted(
                $"it asks for {count} iterations, which is not between {MinIterations} and {MaxIterations}");

        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(_password), FromBase64(salt), iterations, _hash, HashSize);
        byte[] clientKey = Hmac(salted, "Client Key");
        string finalBare = $"c=biws,r={nonce}"; // biws: no channel binding, in base64
        string message = $"{_firstBare},{serverFirst},{finalBare}";
        byte[] proof = Hmac(CryptographicOperations.HashData(_hash, clientKey), message);
        for (int i = 0; i < proof.Length; i++) proof[i] ^= clientKey[i];
        _serverSignature = Hmac(Hmac(salted, "Server Key"), message);
        return Encoding.UTF8.GetBytes($"{finalBare},p={Convert.ToBase64String(proof)}");
    }

    private void Verify(string serverFinal)
    {
        Dictionary<char, string> fields = Parse(serverFinal);
        if (fields.TryGetValue('e', out string? error)) throw Untrusted($"it refused the log-in: {error}");
        if (!fields.TryGetValue('v', out string? signature) ||
            !CryptographicOperations.FixedTimeEquals(FromBase64(signature), _serverSignature))
            throw Untrusted("it could not prove that it knows the password");
    }

    private int HashSize => _hash == HashAlgorithmName.SHA512 ? 64 : 32;

    private byte[] Hmac(byte[] key, string text) =>
        CryptographicOperations.HmacData(_hash, key, Encoding.UTF8.GetBytes(text));

    private static Dictionary<char, string> Parse(string message)
    {
        Dictionary<char, string> fields = [];
        foreach (string field in message.Split(','))
            if (field.Length >= 2 && field[1] == '=') fields.TryAdd(field[0], field[2..]);
        return fields;
    }

    private static byte[] FromBase64(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw Untrusted("its message holds no base64 where it should");
        }
    }

    private static BrokerAuthenticationException Untrusted(string why) =>
        new($"The broker failed the SCRAM exchange: {why}.");
}
