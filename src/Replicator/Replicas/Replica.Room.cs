using LogStore.Replicator.Diagnostics;

namespace LogStore.Replicator.Replicas;

/// <content>
/// A disk without room. It damages nothing, but a leader that can take nothing is none, and a follower in the in-sync set
/// holds up what is to be committed: so others lead, and need not wait for it, until there is room again.
/// </content>
public sealed partial class Replica
{
    private const long RoomBytes = 8 * 1024 * 1024;
    private const long LookIntervalMs = 1000;

    private void OnDiskFull()
    {
        if (Interlocked.CompareExchange(ref _fullSince, _services.Now, NotFull) != NotFull) return;
        ReplicaEvents.DiskFull(_services.Logger, Topic.Name, Index);
        _services.Host.ReportCondition(this);
    }

    /// <summary>Looks by itself: nothing is appended here any more that could succeed.</summary>
    private void LookForRoom()
    {
        long since = Volatile.Read(ref _fullSince);
        if (since == NotFull || _services.Now - since < LookIntervalMs) return;
        if (!HasRoom())
        {
            Volatile.Write(ref _fullSince, _services.Now);
            return;
        }

        Volatile.Write(ref _fullSince, NotFull);
        ReplicaEvents.DiskHasRoom(_services.Logger, Topic.Name, Index);
        _services.Host.ReportCondition(this);
    }

    private bool HasRoom()
    {
        try
        {
            return new DriveInfo(Log.Directory).AvailableFreeSpace >= RoomBytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
