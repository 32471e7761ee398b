using LogStore.Simulation.Rdma;

namespace LogStore.Simulation.Cluster;

/// <summary>
/// Connections between processes: made where both directions work, lost when one end dies, or when something is not
/// heard for a while. The two ends learn of it at different times.
/// </summary>
internal sealed class SimulatedLinks
{
    private const long SilenceUs = 350 * World.Ms;

    private readonly SimulatedCluster _cluster;
    private readonly Dictionary<(int, int), Link> _links = [];

    public SimulatedLinks(SimulatedCluster cluster)
    {
        _cluster = cluster;
        Look();
    }

    private void Look()
    {
        for (int first = 0; first < _cluster.Brokers.Length; first++)
        {
            for (int second = first + 1; second < _cluster.Brokers.Length; second++) Look(first, second);
        }

        _cluster.World.After(_cluster.World.Random.Between(20, 40) * World.Ms, Look);
    }

    private void Look(int first, int second)
    {
        World world = _cluster.World;
        bool canReach = _cluster.Network.CanReach(first, second) && _cluster.Network.CanReach(second, first);
        if (_links.TryGetValue((first, second), out Link? link))
        {
            if (canReach && !IsSilent(link)) link.HeardAt = world.Now;
            bool isBroken = link.First.IsDead || link.Second.IsDead || world.Now - link.HeardAt > SilenceUs ||
                world.Random.PerMille(_cluster.Network.LossPerMille / 5);
            if (isBroken) Break(link);
        }
        else if (canReach && _cluster.Brokers[first].Process is { IsStarted: true } one &&
            _cluster.Brokers[second].Process is { IsStarted: true } other && !one.Links.Contains(second) &&
            !other.Links.Contains(first) && world.Random.PerMille(400))
        {
            Make(one, other);
        }
    }

    private void Make(BrokerProcess first, BrokerProcess second)
    {
        World world = _cluster.World;
        long firstDelay = world.Random.Between(0, 10 * World.Ms);
        long secondDelay = world.Random.Between(0, 10 * World.Ms);
        Link link = new(first, second) { HeardAt = world.Now, UpAt = world.Now + Math.Max(firstDelay, secondDelay) };
        if (_cluster.Plan.Rdma?.Links(first.BrokerId, second.BrokerId) == true)
            link.Rdma = new SimulatedRdmaLink(_cluster, first, second, reason => Break(link, reason));
        _links.Add((first.BrokerId, second.BrokerId), link);
        first.After(firstDelay, () => first.OnLinkUp(second.BrokerId, link.Rdma?.First));
        second.After(secondDelay, () => second.OnLinkUp(first.BrokerId, link.Rdma?.Second));
    }

    /// <summary>Both ends are told, and know before there is a new link.</summary>
    private void Break(Link link, string? reason = null)
    {
        (BrokerProcess first, BrokerProcess second) = (link.First, link.Second);
        if (_links.GetValueOrDefault((first.BrokerId, second.BrokerId)) != link) return;
        _links.Remove((first.BrokerId, second.BrokerId));
        World world = _cluster.World;
        if (reason is not null) world.Say($"{reason}");
        long rest = Math.Max(0, link.UpAt - world.Now); // Nobody loses a link before it has one.
        first.After(rest + world.Random.Between(0, 15 * World.Ms), () => first.OnLinkDown(second.BrokerId));
        second.After(rest + world.Random.Between(0, 15 * World.Ms), () => second.OnLinkDown(first.BrokerId));
    }

    /// <summary>
    /// A process that does nothing says nothing, while its device goes on answering: over RDMA only its silence tells,
    /// and when it goes on it writes to a ring that is its no longer.
    /// </summary>
    private bool IsSilent(Link link) => link.Rdma is not null && (IsPaused(link.First) || IsPaused(link.Second));

    private bool IsPaused(BrokerProcess process) => process.Broker.PausedUntil > _cluster.World.Now;

    private sealed class Link(BrokerProcess first, BrokerProcess second)
    {
        public BrokerProcess First { get; } = first;

        public BrokerProcess Second { get; } = second;

        public SimulatedRdmaLink? Rdma { get; set; }

        public long HeardAt { get; set; }

        /// <summary>When both ends know of it, unless they are paused.</summary>
        public long UpAt { get; init; }
    }
}
