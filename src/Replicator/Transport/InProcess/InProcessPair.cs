namespace LogStore.Replicator.Transport.InProcess;

/// <summary>Two transports that have a link to each other, and the registrations that it is for.</summary>
internal sealed class InProcessPair
{
    private readonly long _firstSession;
    private readonly long _secondSession;
    private readonly InProcessLink _toSecond;
    private readonly InProcessLink _toFirst;

    public InProcessPair(
        InProcessReplicaTransport first, InProcessReplicaTransport second, Action<InProcessPair, string> abort)
    {
        First = first;
        Second = second;
        _firstSession = first.Session;
        _secondSession = second.Session;
        _toSecond = new InProcessLink(first, second.Options.BrokerId, second.Options.WindowBytes, reason => abort(this, reason));
        _toFirst = new InProcessLink(second, first.Options.BrokerId, first.Options.WindowBytes, reason => abort(this, reason));
        InProcessLink.Join(_toSecond, _toFirst);
    }

    public InProcessReplicaTransport First { get; }

    public InProcessReplicaTransport Second { get; }

    /// <summary>Whether both are still who they were.</summary>
    public bool IsCurrent => First.Session == _firstSession && Second.Session == _secondSession;

    public bool Joins(InProcessReplicaTransport one, InProcessReplicaTransport other) =>
        (First == one && Second == other) || (First == other && Second == one);

    public void Close(string reason)
    {
        _toSecond.Close(reason);
        _toFirst.Close(reason);
    }
}
