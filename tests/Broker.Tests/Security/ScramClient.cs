using System.Security.Cryptography;
using System.Text;
using LogStore.Broker.Security.Sasl;

namespace LogStore.Broker.Tests.Security;

/// <summary>The client's side of SCRAM, written from RFC 5802 with none of the broker's arithmetic.</summary>
internal sealed class ScramClient(string mechanism, string user, string password)
{
    private readonly HashAlgorithmName _hash = mechanism == "SCRAM-SHA-256" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512;
    private readonly string _firstBare = $"n={user.Replace("=", "=3D").Replace(",", "=2C")},r={Guid.NewGuid():N}";
    private byte[] _signature = [];

    public byte[] First => Encoding.UTF8.GetBytes("n,," + _firstBare);

    public byte[] Final(byte[] serverFirst)
    {
        string text = Encoding.UTF8.GetString(serverFirst);
        string[] parts = text.Split(',');
        byte[] salt = Convert.FromBase64String(parts[1][2..]);
        int bytes = _hash == HashAlgorithmName.SHA256 ? 32 : 64;
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(password), salt, int.Parse(parts[2][2..]), _hash, bytes);
        string withoutProof = $"c=biws,{parts[0]}";
        byte[] message = Encoding.UTF8.GetBytes($"{_firstBare},{text},{withoutProof}");
        byte[] clientKey = Hmac(salted, "Client Key"u8.ToArray());
        byte[] signature = Hmac(CryptographicOperations.HashData(_hash, clientKey), message);
        byte[] proof = [.. clientKey.Select((value, index) => (byte)(value ^ signature[index]))];
        _signature = Hmac(Hmac(salted, "Server Key"u8.ToArray()), message);
        return Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(proof)}");
    }

    /// <summary>Whether the server has proved that it knows its key.</summary>
    public bool Trusts(byte[] serverFinal) => Encoding.UTF8.GetString(serverFinal) == $"v={Convert.ToBase64String(_signature)}";

    /// <summary>Goes through a whole exchange.</summary>
    public static SaslStep LogIn(ScramExchange server, ScramMechanism mechanism, string user, string password)
    {
        ScramClient client = new(mechanism.Name, user, password);
        SaslStep last = server.Next(client.Final(server.Next(client.First).Reply));
        if (last.Outcome == SaslOutcome.Succeeded) Xunit.Assert.True(client.Trusts(last.Reply));
        return last;
    }

    private byte[] Hmac(byte[] key, byte[] data) => CryptographicOperations.HmacData(_hash, key, data);
}
