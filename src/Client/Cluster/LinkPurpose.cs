namespace LogStore.Client.Cluster;

/// <summary>What a connection is for. Requests that park at the broker must not stand before others.</summary>
internal enum LinkPurpose
{
    /// <summary>Whatever is answered at once, and Produce.</summary>
    General,

    /// <summary>Fetch.</summary>
    Fetch,

    /// <summary>JoinGroup and what belongs to it.</summary>
    Group,
}
