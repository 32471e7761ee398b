namespace LogStore.Replicator.Transport.InProcess;

/// <summary>What the transports of one process reach each other through: a network that tests can cut. Thread-safe.</summary>
public sealed class InProcessHub
{
    private readonly Lock _gate = new();
    private readonly List<InProcessReplicaTransport> _transports = [];
    private readonly List<InProcessPair> _pairs = [];
    private readonly HashSet<(int, int)> _cuts = [];

    /// <summary>Takes the link between two brokers down, and lets none come up. Neither is told that the other refuses.</summary>
    public void Cut(int brokerId, int otherId) => Change(() => _cuts.Add(Ordered(brokerId, otherId)), "the network was cut");

    /// <summary>Lets the two reach each other again.</summary>
    public void Restore(int brokerId, int otherId) => Change(() => _cuts.Remove(Ordered(brokerId, otherId)), "");

    /// <summary>Changes what the links hang on, and brings them in line with it.</summary>
    internal void Change(Action change, string reason)
    {
        lock (_gate)
        {
            change();
            foreach (InProcessPair pair in _pairs.Where(pair => !pair.IsCurrent || !IsWanted(pair.First, pair.Second)).ToArray())
                TakeDown(pair, reason);
            LinkUp();
        }
    }

    internal void Add(InProcessReplicaTransport transport)
    {
        lock (_gate)
        {
            if (_transports.Exists(other => other.Options.BrokerId == transport.Options.BrokerId))
                throw new ReplicaTransportException($"Broker {transport.Options.BrokerId} is in the process already.");
            _transports.Add(transport);
            LinkUp();
        }
    }

    internal void Remove(InProcessReplicaTransport transport)
    {
        lock (_gate)
        {
            if (!_transports.Remove(transport)) return;
            foreach (InProcessPair pair in _pairs.Where(pair => pair.First == transport || pair.Second == transport).ToArray())
                TakeDown(pair, "the broker is stopping");
            foreach (InProcessReplicaTransport other in _transports) other.PostRefused(transport.Options.BrokerId);
        }
    }

    /// <summary>Whether anybody is there.</summary>
    internal bool Has(int brokerId)
    {
        lock (_gate) return _transports.Exists(other => other.Options.BrokerId == brokerId);
    }

    /// <summary>Whether there is a link from one to another.</summary>
    internal bool IsLinked(InProcessReplicaTransport transport, int brokerId)
    {
        lock (_gate)
        {
            return _pairs.Exists(pair =>
                (pair.First == transport && pair.Second.Options.BrokerId == brokerId) ||
                (pair.Second == transport && pair.First.Options.BrokerId == brokerId));
        }
    }

    private static (int, int) Ordered(int one, int other) => one < other ? (one, other) : (other, one);

    private void Abort(InProcessPair pair, string reason)
    {
        lock (_gate)
        {
            if (!_pairs.Contains(pair)) return;
            TakeDown(pair, reason);
            LinkUp();
        }
    }

    private void TakeDown(InProcessPair pair, string reason)
    {
        _pairs.Remove(pair);
        pair.Close(reason);
    }

    private void LinkUp()
    {
        for (int one = 0; one < _transports.Count; one++)
        {
            for (int other = one + 1; other < _transports.Count; other++)
            {
                (InProcessReplicaTransport first, InProcessReplicaTransport second) = (_transports[one], _transports[other]);
                if (IsWanted(first, second) && !_pairs.Exists(pair => pair.Joins(first, second)))
                    _pairs.Add(new InProcessPair(first, second, Abort));
            }
        }
    }

    private bool IsWanted(InProcessReplicaTransport first, InProcessReplicaTransport second) =>
        first.Knows(second) && second.Knows(first) &&
        !_cuts.Contains(Ordered(first.Options.BrokerId, second.Options.BrokerId));
}
