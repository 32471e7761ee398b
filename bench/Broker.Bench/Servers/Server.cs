using LogStore.Bench.Broker.Clients;

namespace LogStore.Bench.Broker.Servers;

/// <summary>A service of one process.</summary>
internal abstract class Server : Service
{
    /// <summary>The process, once it has been started.</summary>
    public ServerProcess Process { get; private set; } = null!;

    public override double CpuSeconds => Process.CpuSeconds;

    public override void Start() => Process = StartProcess();

    public override void Stop() => Process?.Dispose();

    /// <summary>Makes that many partitions or streams.</summary>
    public abstract void CreateMany(int count);

    /// <summary>Writes so many records of so many bytes, for a fetch to read.</summary>
    public abstract void Fill(string topic, int bytes, long records);

    /// <summary>Reads what <see cref="Fill"/> has written, again and again.</summary>
    public abstract Load Fetch(string topic, int bytes, long records, TimeSpan duration);

    protected abstract ServerProcess StartProcess();
}
