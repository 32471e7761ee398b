using System.Text;

namespace LogStore.Client.Security;

/// <summary>PLAIN, RFC 4616: no authorization id, user and password, separated by zeros.</summary>
internal sealed class PlainClient(string userName, string password) : ISaslClient
{
    private bool _sent;

    public string Mechanism => "PLAIN";

    public byte[]? Next(ReadOnlySpan<byte> challenge)
    {
        if (_sent) return null;
        _sent = true;
        return Encoding.UTF8.GetBytes($"\0{userName}\0{password}");
    }
}
