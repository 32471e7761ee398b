using System.Security.Cryptography;
using System.Text;

namespace LogStore.Broker.Security.Sasl;

/// <summary>One of the SCRAM mechanisms: the arithmetic of RFC 5802 with its hash function.</summary>
/// <remarks>Immutable. Source: RFC 5802, section 3; RFC 7677.</remarks>
internal sealed class ScramMechanism
{
    private static readonly byte[] ClientKeyText = "Client Key"u8.ToArray();
    private static readonly byte[] ServerKeyText = "Server Key"u8.ToArray();

    private readonly HashAlgorithmName _hash;

    private ScramMechanism(string name, HashAlgorithmName hash, int bytes)
    {
        Name = name;
        _hash = hash;
        HashBytes = bytes;
    }

    public static ScramMechanism Sha256 { get; } = new("SCRAM-SHA-256", HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);

    public static ScramMechanism Sha512 { get; } = new("SCRAM-SHA-512", HashAlgorithmName.SHA512, SHA512.HashSizeInBytes);

    public static IReadOnlyList<ScramMechanism> All { get; } = [Sha256, Sha512];

    /// <summary>Its name in SASL.</summary>
    public string Name { get; }

    /// <summary>The size of a key, a signature or a proof, in bytes.</summary>
    public int HashBytes { get; }

    public static ScramMechanism? Find(string name) => All.FirstOrDefault(mechanism => mechanism.Name == name);

    /// <summary>Derives what is kept of a password. Takes as long as the iterations do.</summary>
    public ScramCredential Derive(string password, byte[] salt, int iterations)
    {
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, _hash, HashBytes);
        return new ScramCredential(
            Name, salt, iterations, Hash(Hmac(salted, ClientKeyText)), Hmac(salted, ServerKeyText));
    }

    /// <summary>Whether a client that sent this proof knows the password.</summary>
    public bool Verify(ScramCredential credential, byte[] authMessage, byte[] proof)
    {
        byte[] clientKey = Hmac(credential.StoredKey, authMessage);
        if (proof.Length != clientKey.Length) return false;
        for (int index = 0; index < proof.Length; index++) clientKey[index] ^= proof[index];
        return CryptographicOperations.FixedTimeEquals(Hash(clientKey), credential.StoredKey);
    }

    /// <summary>What proves to the client that the server knows its key.</summary>
    public byte[] Sign(ScramCredential credential, byte[] authMessage) => Hmac(credential.ServerKey, authMessage);

    /// <summary>A salt for a user that does not exist, the same each time it is asked for.</summary>
    public byte[] SaltFor(string user, byte[] secret) => Hmac(secret, Encoding.UTF8.GetBytes(user))[..ScramCredential.SaltBytes];

    private byte[] Hash(byte[] data) => CryptographicOperations.HashData(_hash, data);

    private byte[] Hmac(byte[] key, byte[] data) => CryptographicOperations.HmacData(_hash, key, data);
}
