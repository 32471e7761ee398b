using System.Diagnostics;
using System.Globalization;
using LogStore.Bench.Broker.Clients;

namespace LogStore.Bench.Broker.Servers;

/// <summary>
/// librdkafka's mock cluster of one broker, in a process of its own. It keeps the last 5 MiB of each partition, in memory, and
/// makes topics when they are first asked for.
/// </summary>
/// <param name="driver">The program that has it.</param>
/// <param name="topics">Topics to begin with: NAME:PARTITIONS.</param>
internal sealed class MockServer(Driver driver, params string[] topics) : KafkaServer(driver)
{
    private string[] _topics = topics;

    public override string Name => "mock";

    public override string Version => $"librdkafka {Driver.Run("version")}, its mock cluster";

    public override string Brokers => Process.ReadyLine["ready: ".Length..];

    public override void Create(string topic)
    {
        // The first produce makes it.
    }

    public override void Delete(string topic)
    {
        // There is no way to, and no more than 5 MiB of it.
    }

    public override void CreateMany(int count)
    {
        _topics = [string.Create(CultureInfo.InvariantCulture, $"idle:{count}")];
        Stop();
        Start();
    }

    protected override ServerProcess StartProcess() =>
        ServerProcess.Start(new ProcessStartInfo(Driver.Program, ["mock", .. _topics]), "ready: ");
}
