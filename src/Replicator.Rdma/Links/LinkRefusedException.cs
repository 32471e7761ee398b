using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Replicator.Rdma.Links;

/// <summary>A device takes no further link at the moment.</summary>
internal sealed class LinkRefusedException(string reason) : RdmaException(reason)
{
    public override bool IsTransient => true;
}
