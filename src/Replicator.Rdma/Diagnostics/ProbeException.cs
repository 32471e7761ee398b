using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Replicator.Rdma.Diagnostics;

/// <summary>A probe could not be carried out: the peer refused it, went away, or stopped answering.</summary>
public sealed class ProbeException : RdmaException
{
    internal ProbeException(string message, Exception? cause = null) : base(message, cause)
    {
    }
}
