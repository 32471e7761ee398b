namespace LogStore.Cluster.Tests.Workloads;

/// <summary>A member of a group that reads and commits until it is stopped.</summary>
internal interface IGroupMember : IAsyncDisposable
{
    public GroupProgress Progress { get; }

    /// <summary>Has it leave its group; what went wrong is thrown.</summary>
    public Task StopAsync();
}
