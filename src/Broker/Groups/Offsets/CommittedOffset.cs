namespace LogStore.Broker.Groups.Offsets;

/// <summary>How far a group has consumed a partition.</summary>
/// <param name="Offset">The offset of the next record to be consumed.</param>
/// <param name="LeaderEpoch">The leader epoch of the last record consumed; -1 if it is not known.</param>
/// <param name="Metadata">A note that the client keeps beside the offset.</param>
/// <param name="CommitUnixMs">The time of the commit, in milliseconds since 1970.</param>
/// <param name="ExpireUnixMs">When to forget it, in milliseconds since 1970; -1: as the settings say.</param>
internal sealed record CommittedOffset(
    long Offset, int LeaderEpoch, string Metadata, long CommitUnixMs, long ExpireUnixMs = -1);
