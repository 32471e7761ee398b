namespace LogStore.Simulation.Storage;

/// <summary>A broker's directory: what outlives its processes.</summary>
internal sealed class SimulatedDisk(int brokerId, int partitions)
{
    public int BrokerId { get; } = brokerId;

    public SimulatedLog[] Logs { get; } = [.. Enumerable.Range(0, partitions).Select(_ => new SimulatedLog())];

    /// <summary>The first life since which nothing was lost; beyond every life while the one that lost it has no number.</summary>
    public long IntactSince { get; private set; } = long.MaxValue;

    /// <summary>The life in which it was made.</summary>
    public long CreatedIn { get; private set; } = long.MaxValue;

    /// <summary>What a life of this number says of the directory.</summary>
    public (long IntactSince, long CreatedIn) DescribeIn(long brokerEpoch) =>
        (Math.Min(IntactSince, brokerEpoch), Math.Min(CreatedIn, brokerEpoch));

    /// <summary>The broker was given a number for its life: what it found missing is missing since then.</summary>
    public void BeginLife(long brokerEpoch) => (IntactSince, CreatedIn) = DescribeIn(brokerEpoch);

    public void LosePower(Prng random)
    {
        IntactSince = long.MaxValue;
        foreach (SimulatedLog log in Logs) log.LosePower(random);
    }

    public void Wipe()
    {
        IntactSince = CreatedIn = long.MaxValue;
        foreach (SimulatedLog log in Logs) Delete(log);
    }

    public void Reopen()
    {
        foreach (SimulatedLog log in Logs) log.Reopen();
    }

    /// <summary>The replica is no longer wanted here.</summary>
    public static void Delete(SimulatedLog log)
    {
        log.Reset(0);
        log.Reopen();
    }
}
