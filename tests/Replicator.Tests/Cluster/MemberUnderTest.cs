using LogStore.Replicator.Cluster;
using LogStore.Replicator.Replicas;
using LogStore.Topics;

namespace LogStore.Replicator.Tests.Cluster;

/// <summary>One broker's part, and what it has been told.</summary>
internal sealed class MemberUnderTest : IClusterListener, IAsyncDisposable
{
    public ClusterMember Member { get; set; } = null!;

    public required InterceptedStore Store { get; init; }

    public required DataDirectory Directory { get; init; }

    public Replica Replica(string topic, int index = 0) =>
        Member.FindReplica(Member.Image.Topics[topic].Id, index) ?? throw new InvalidOperationException("There is no such replica.");

    public Replica? FindReplica(string topic, int index = 0) =>
        Member.Image.Topics.TryGetValue(topic, out Topic? found) ? Member.FindReplica(found.Id, index) : null;

    public void OnCluster(ClusterImage image)
    {
    }

    public void OnOpened(Replica replica)
    {
    }

    public void OnChanged(Replica replica)
    {
    }

    public void OnClosed(Replica replica)
    {
    }

    public async ValueTask DisposeAsync()
    {
        // There is none if it was refused.
        if (Member is not null) await Member.DisposeAsync();
        await Directory.DisposeAsync();
        await Store.DisposeAsync();
    }
}
