using LogStore.Replicator.Transport.Links;

namespace LogStore.Replicator.Transport.Tcp;

/// <summary>The links that are up: one to each peer. Thread-safe.</summary>
internal sealed class TcpLinkTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, PeerLink> _links = [];
    private bool _isClosed;

    /// <summary>The link to a peer; null when there is none.</summary>
    public PeerLink? Find(int brokerId)
    {
        lock (_gate) return _links.GetValueOrDefault(brokerId);
    }

    /// <summary>Takes a link in. One to the same peer that is there is taken down first, which is waited for.</summary>
    /// <param name="link">The link.</param>
    /// <param name="isWanted">
    /// Asked once the link is in the table. Whoever changes his mind later finds it there, and takes it down.
    /// </param>
    /// <returns>Whether the link is the one to its peer now.</returns>
    public bool TryAdd(PeerLink link, Func<bool> isWanted)
    {
        while (true)
        {
            PeerLink? other;
            lock (_gate)
            {
                if (_isClosed) return false;
                if (_links.TryAdd(link.BrokerId, link)) break;
                other = _links[link.BrokerId];
            }

            other.Abort("the peer has connected anew");
            other.WaitDown();
        }

        if (isWanted()) return true;
        Remove(link);
        return false;
    }

    /// <summary>A link is down, and everybody knows.</summary>
    public void Remove(PeerLink link)
    {
        lock (_gate) _links.Remove(link.BrokerId);
        link.SetDown();
    }

    /// <summary>Takes the link to a peer down, if there is one.</summary>
    public void Abort(int brokerId, string reason)
    {
        PeerLink? link;
        lock (_gate) link = _links.GetValueOrDefault(brokerId);
        link?.Abort(reason);
    }

    /// <summary>Takes all links down.</summary>
    public void AbortAll(string reason)
    {
        PeerLink[] links;
        lock (_gate) links = [.. _links.Values];
        foreach (PeerLink link in links) link.Abort(reason);
    }

    /// <summary>From now on there are no others.</summary>
    public void Close()
    {
        lock (_gate) _isClosed = true;
    }
}
