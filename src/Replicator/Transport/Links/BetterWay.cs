namespace LogStore.Replicator.Transport.Links;

/// <summary>
/// Whether a link that is carried by TCP could be carried better: by what both ends have told each other last. Used by the
/// threads that tick and that receive.
/// </summary>
internal sealed class BetterWay(LinkDataPlane? plane, int brokerId, DataPathAgreement agreement)
{
    private bool _isHere = agreement.IsHere;
    private bool _isThere = agreement.IsThere;
    private bool _hasChanged; // Since both could once and it still came to nothing, one of them must change its mind.

    /// <summary>Whether both ends have it now, and did not when the link was made.</summary>
    public bool IsThereForBoth => Volatile.Read(ref _hasChanged) && _isHere && Volatile.Read(ref _isThere);

    /// <summary>Looks whether this end has changed its mind since it was asked last.</summary>
    public bool HasChanged(out bool isHere)
    {
        isHere = plane is not null && plane.WhyNot(brokerId) is null;
        if (isHere == _isHere) return false;
        _isHere = isHere;
        Volatile.Write(ref _hasChanged, true);
        return true;
    }

    /// <summary>The other end has changed its mind.</summary>
    public void PeerHas(bool isThere)
    {
        Volatile.Write(ref _isThere, isThere);
        Volatile.Write(ref _hasChanged, true);
    }
}
