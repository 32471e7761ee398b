using System.Security.Cryptography;
using System.Text;
using LogStore.Replicator.Transport.Frames;

namespace LogStore.Replicator.Transport.Links;

/// <summary>
/// How two brokers find out that they are those that they look for: each says hello, then the one that dialled proves that
/// it knows the secret, then the other does. A proof is the HMAC-SHA-256, keyed with the secret, of the prover's role and
/// both hellos, each with a random nonce: it holds for this connection, and is no use sent back to where it came from.
/// </summary>
/// <remarks>
/// The one that dials proves first, so that whoever can connect gets nothing to guess the secret by. What a listener says
/// of peers and cluster it says after the proof.
/// </remarks>
internal static class LinkHandshake
{
    private static readonly byte[] DiallerRole = Encoding.ASCII.GetBytes("logstore replica dials\0");
    private static readonly byte[] ListenerRole = Encoding.ASCII.GetBytes("logstore replica listens\0");

    /// <summary>The side that dials.</summary>
    /// <param name="channel">The connection.</param>
    /// <param name="local">This broker.</param>
    /// <param name="secret">What both know; empty for none.</param>
    /// <param name="check">Says why there is to be no link to the broker that answers; null when there is.</param>
    /// <returns>The peer.</returns>
    /// <exception cref="FrameException">There is no link.</exception>
    public static Hello Dial(IFrameChannel channel, Hello local, ReadOnlySpan<byte> secret, Func<Hello, string?> check)
    {
        byte[] own = local.Encode();
        channel.Send(FrameKind.Hello, own);
        byte[] theirs = channel.Receive(FrameKind.Hello);
        Hello peer = Decode(channel, theirs);
        Check(channel, local, peer, check);
        channel.Send(FrameKind.Proof, Prove(secret, DiallerRole, own, theirs));
        if (!Matches(channel.Receive(FrameKind.Proof), Prove(secret, ListenerRole, own, theirs)))
            throw Refuse(channel, "the peer does not know the replication secret");
        return peer;
    }

    /// <summary>The side that listens; as <see cref="Dial"/>.</summary>
    public static Hello Accept(IFrameChannel channel, Hello local, ReadOnlySpan<byte> secret, Func<Hello, string?> check)
    {
        byte[] own = local.Encode();
        byte[] theirs = channel.Receive(FrameKind.Hello);
        Hello peer = Decode(channel, theirs);
        channel.Send(FrameKind.Hello, own);
        if (!Matches(channel.Receive(FrameKind.Proof), Prove(secret, DiallerRole, theirs, own)))
            throw Refuse(channel, "the peer does not know the replication secret");
        Check(channel, local, peer, check);
        channel.Send(FrameKind.Proof, Prove(secret, ListenerRole, theirs, own));
        return peer;
    }

    private static Hello Decode(IFrameChannel channel, ReadOnlySpan<byte> payload)
    {
        try
        {
            return Hello.Decode(payload);
        }
        catch (FrameException exception)
        {
            throw Refuse(channel, exception.Message);
        }
    }

    private static void Check(IFrameChannel channel, Hello local, Hello peer, Func<Hello, string?> check)
    {
        string? reason =
            !string.Equals(peer.ClusterId, local.ClusterId, StringComparison.Ordinal)
                ? $"broker {peer.BrokerId} belongs to another cluster than broker {local.BrokerId}"
            : peer.Window < LinkCredit.MinWindow
                ? $"broker {peer.BrokerId} announces a window of {peer.Window} bytes; {LinkCredit.MinWindow} are needed"
            : check(peer);
        if (reason is not null) throw Refuse(channel, reason);
    }

    /// <summary>Tells the peer why there is no link.</summary>
    /// <returns>What to throw.</returns>
    public static FrameException Refuse(IFrameChannel channel, string reason)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(reason);
        channel.Send(FrameKind.Refusal, bytes.AsSpan(0, Math.Min(bytes.Length, Hello.MaxPayload)));
        return new FrameException(reason);
    }

    private static bool Matches(byte[] proof, byte[] expected) => CryptographicOperations.FixedTimeEquals(proof, expected);

    private static byte[] Prove(ReadOnlySpan<byte> secret, byte[] role, byte[] dialler, byte[] listener)
    {
        if (secret.IsEmpty) return [];
        // The dialler's hello says how long it is, so that what belongs to whom has one reading only.
        using IncrementalHash hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hash.AppendData(role);
        hash.AppendData(dialler);
        hash.AppendData(listener);
        return hash.GetHashAndReset();
    }
}
