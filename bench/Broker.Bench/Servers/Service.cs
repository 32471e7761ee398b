using LogStore.Bench.Broker.Clients;

namespace LogStore.Bench.Broker.Servers;

/// <summary>
/// What takes records, a server or a cluster of them, and how it is brought to do what is measured; one topic, partition or
/// stream is a topic here.
/// </summary>
internal abstract class Service : IDisposable
{
    /// <summary>What the tables call it.</summary>
    public abstract string Name { get; }

    /// <summary>The program with its version.</summary>
    public abstract string Version { get; }

    /// <summary>The kinds of acknowledgements that it can be asked for; one without a name where there is no choice.</summary>
    public virtual IReadOnlyList<string> Acks => [""];

    /// <summary>Seconds of CPU time that all its processes have taken so far.</summary>
    public abstract double CpuSeconds { get; }

    /// <summary>Starts it on its directory, again if it was stopped.</summary>
    public abstract void Start();

    /// <summary>Stops it; its data stays.</summary>
    public abstract void Stop();

    public abstract void Create(string topic);

    public abstract void Delete(string topic);

    public abstract Load Produce(string topic, int bytes, string acks, TimeSpan duration);

    public abstract Load Lone(string topic, int bytes, string acks, TimeSpan duration);

    public void Dispose() => Stop();

    /// <summary>What the tables call it when it acknowledges so.</summary>
    public string NameWith(string acks) => acks.Length == 0 ? Name : $"{Name}, acks={acks}";
}
