namespace LogStore.Bench.Broker.Servers;

/// <summary>One broker of ours or a cluster of them, for clients that speak to nobody else.</summary>
internal interface ILogstore
{
    /// <summary>Where clients begin.</summary>
    public string Brokers { get; }

    /// <summary>The port of the broker that leads the topic's one partition.</summary>
    public int LeaderPort(string topic);
}
