using LogStore.Simulation.Plans;

namespace LogStore.Simulation.Cluster;

/// <summary>Who reaches whom. What is sent is delayed, lost, doubled, and overtakes what was sent before.</summary>
internal sealed class SimulatedNetwork(World world, Plan plan)
{
    private readonly long[,] _cutUntil = new long[plan.Brokers, plan.Brokers];
    private readonly long[] _cutFromStoreUntil = new long[plan.Brokers];
    private long _badUntil;

    public bool IsHealed { get; private set; }

    public int LossPerMille => IsBad ? 150 : IsHealed ? 0 : plan.LossPerMille;

    /// <summary>How often something arrives very late.</summary>
    public int LatePerMille => IsBad ? 100 : IsHealed ? 0 : plan.LatePerMille;

    private bool IsBad => world.Now < _badUntil;

    public bool CanReach(int from, int to) => _cutUntil[from, to] <= world.Now;

    public bool IsCutFromStore(int brokerId) => _cutFromStoreUntil[brokerId] > world.Now;

    public void Cut(int from, int to, long duration) =>
        _cutUntil[from, to] = Math.Max(_cutUntil[from, to], world.Now + duration);

    public void CutFromStore(int brokerId, long duration) =>
        _cutFromStoreUntil[brokerId] = Math.Max(_cutFromStoreUntil[brokerId], world.Now + duration);

    public void GoBad(long duration) => _badUntil = Math.Max(_badUntil, world.Now + duration);

    public void Heal()
    {
        IsHealed = true;
        _badUntil = 0;
        Array.Clear(_cutUntil);
        Array.Clear(_cutFromStoreUntil);
    }

    /// <summary>Has something arrive at a broker some time, or never, or twice.</summary>
    public void Send(int from, int to, Action arrive)
    {
        if (world.Random.PerMille(LossPerMille)) return;
        Deliver(from, to, arrive);
        if (world.Random.PerMille(LossPerMille)) Deliver(from, to, arrive);
    }

    /// <summary>Has something arrive at, or come from, a client.</summary>
    public void SendOutside(Action arrive)
    {
        if (!world.Random.PerMille(LossPerMille)) world.After(Delay(), arrive);
    }

    private void Deliver(int from, int to, Action arrive)
    {
        if (!CanReach(from, to)) return;
        world.After(Delay(), () =>
        {
            if (CanReach(from, to)) arrive();
        });
    }

    private long Delay()
    {
        long delay = world.Random.Between(50, plan.DelayUs);
        return world.Random.PerMille(LatePerMille) ? delay + world.Random.Between(0, 1500 * World.Ms) : delay;
    }
}
