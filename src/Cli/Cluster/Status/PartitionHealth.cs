using LogStore.Client;

namespace LogStore.Cli.Cluster.Status;

/// <summary>A partition, where it is, and what is wrong with it.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Description">What the cluster says of it.</param>
/// <param name="Replicas">Its replicas, the preferred leader first.</param>
/// <param name="MinInSync">The topic's <c>min.insync.replicas</c>; null if it may not be seen.</param>
/// <param name="Reassignment">Where it is being moved to; null if it is not.</param>
internal sealed record PartitionHealth(
    string Topic, PartitionDescription Description, IReadOnlyList<ReplicaStatus> Replicas, int? MinInSync,
    PartitionReassignment? Reassignment)
{
    /// <summary>Nobody may lead: it is neither written nor read.</summary>
    public bool HasNoLeader => Description.LeaderId < 0;

    /// <summary>Too few replicas are in sync for writes with acks=all.</summary>
    public bool IsBelowMinInSync => MinInSync is { } least && Description.InSyncReplicas.Count < least;

    /// <summary>A replica is not in sync; those that a reassignment has only begun to fill do not count.</summary>
    public bool IsUnderReplicated => Description.Replicas
        .Any(each => !Description.InSyncReplicas.Contains(each) && Reassignment?.AddingReplicas.Contains(each) != true);

    /// <summary>Whether it is served as it should be: what the exit code of <c>cluster status</c> tells.</summary>
    public bool IsServed => !HasNoLeader && !IsBelowMinInSync;

    /// <summary>Whether nothing at all is to be said of it.</summary>
    public bool IsWell => IsServed && !IsUnderReplicated;

    /// <summary>What is the matter, in words; none if nothing is.</summary>
    public IEnumerable<string> Words()
    {
        if (HasNoLeader) yield return "no leader";
        if (IsBelowMinInSync) yield return $"below min.insync.replicas {MinInSync}";
        if (IsUnderReplicated) yield return "under-replicated";
        if (Reassignment is { } moving) yield return $"reassigning to {string.Join(',', moving.Target)}";
    }
}
