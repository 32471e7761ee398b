namespace LogStore.Broker.Groups.Coordination;

/// <summary>
/// The bound on the memory of all groups and their members. It is looked at before a group grows, and what the group has grown
/// by is counted afterwards: it may be exceeded by what a few requests bring at the same time. Thread-safe.
/// </summary>
internal sealed class GroupMemory(long capacity)
{
    private long _used;

    /// <summary>What the groups take at the moment, in bytes.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Whether a group may grow by so many bytes: one that does not grow is never refused.</summary>
    public bool HasRoomFor(long bytes) => bytes <= 0 || Used + bytes <= capacity;

    /// <summary>Counts what a group has grown by, or shrunk.</summary>
    public void Count(long change) => Interlocked.Add(ref _used, change);
}
