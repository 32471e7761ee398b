using System.Text;
using LogStore.Replicator.Transport.Frames;

namespace LogStore.Replicator.Transport.Links;

/// <summary>
/// How two ends that know each other agree on what carries their frames: each says what it offers, or why nothing; where both
/// offer, each connects and says whether it could, then each tries the way and says whether it carries. Any no means TCP.
/// </summary>
internal static class DataPathHandshake
{
    /// <summary>The longest offer in bytes.</summary>
    public const int MaxOffer = Hello.MaxPayload - 1;

    private const byte HasOffer = 1;
    private const byte TakesNothingElse = 2;

    /// <summary>Agrees with the other end of a connection.</summary>
    /// <exception cref="FrameException">There is to be no link over TCP, and no other.</exception>
    public static DataPathAgreement Agree(IFrameChannel channel, LinkDataPlane? plane, in LinkContext context)
    {
        string? reason = null;
        OfferedLink? link = plane?.TryOpen(context, out reason);
        bool isAgreed = false;
        try
        {
            bool isRequired = plane is { IsRequired: true };
            byte flags = (byte)((link is null ? 0 : HasOffer) | (isRequired ? TakesNothingElse : 0));
            channel.Send(FrameKind.Offer, [flags, .. link?.Offer ?? Text(reason)]);
            byte[] theirs = channel.Receive(FrameKind.Offer);
            if (theirs.Length == 0) throw new FrameException("an offer is empty");
            bool isThere = (theirs[0] & HasOffer) != 0;
            isRequired |= (theirs[0] & TakesNothingElse) != 0;
            if (link is not null && isThere)
            {
                reason = TryStep(channel, () => link.Connect(theirs.AsSpan(1))) ?? TryStep(channel, link.Probe);
                isAgreed = reason is null;
                if (!isAgreed) plane!.OnFailed(context.Peer.BrokerId, reason!);
            }
            else if (link is not null)
            {
                string why = theirs.Length > 1 ? Encoding.UTF8.GetString(theirs.AsSpan(1)) : $"it does not use {plane!.Name}";
                reason = $"broker {context.Peer.BrokerId}: {why}";
            }
            else if (plane is not null)
            {
                reason = $"broker {context.Local.BrokerId}: {reason}";
            }

            // Both ends know, so that neither takes for a link what the other does not.
            if (!isAgreed && isRequired) throw new FrameException($"there is to be no link over TCP, and {reason ?? "no other"}");
            return isAgreed
                ? new DataPathAgreement(link, link!.Note, true, true)
                : new DataPathAgreement(null, reason, link is not null, isThere);
        }
        finally
        {
            if (!isAgreed) link?.Dispose();
        }
    }

    /// <summary>Takes a step, tells the other end how it went, and learns how it went there.</summary>
    /// <returns>Why it is no use to go on; null when it is.</returns>
    private static string? TryStep(IFrameChannel channel, Action step)
    {
        string? failure = null;
        try
        {
            step();
        }
        catch (LogStoreException exception)
        {
            failure = exception.Message;
        }

        channel.Send(FrameKind.Verdict, Text(failure));
        byte[] theirs = channel.Receive(FrameKind.Verdict);
        return failure ?? (theirs.Length > 0 ? Encoding.UTF8.GetString(theirs) : null);
    }

    private static byte[] Text(string? reason)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(reason ?? "");
        return bytes.Length <= MaxOffer ? bytes : bytes[..MaxOffer];
    }
}
