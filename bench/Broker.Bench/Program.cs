using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using LogStore.Bench.Broker.Cases;
using LogStore.Bench.Broker.Clients;
using LogStore.Bench.Broker.Clusters;
using LogStore.Bench.Broker.Servers;
using LogStore.Bench.Running;
using LogStore.Client;

// Measures our broker beside librdkafka's mock cluster, NATS JetStream and RabbitMQ streams, or a cluster of ours beside
// clusters of others: in one run, in turns, every server as a process of its own. `./dev bench broker` and `./dev bench
// cluster` run it.
const int Kills = 50;
if (args is not [("broker" or "cluster") and string what, string program, string driverProgram, string turnsText] ||
    !int.TryParse(turnsText, CultureInfo.InvariantCulture, out int turns) || turns < (what == "cluster" ? 0 : 1))
{
    Console.Error.WriteLine("usage: Broker.Bench broker|cluster BROKER DRIVER TURNS; see ./dev bench broker, ./dev bench cluster");
    return 2;
}

using CancellationTokenSource stop = new();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

using WorkDirectory work = new(Path.Combine("artifacts", "bench-data"));
Driver driver = new(Path.GetFullPath(driverProgram));
Report report = new(Console.Out, markdown: true);
List<Service> started = [];
try
{
    if (what == "cluster") MeasureClusters();
    else MeasureBrokers();
    report.Finish();
    return 0;
}
catch (Exception) when (stop.IsCancellationRequested)
{
    // Whatever it was: Ctrl+C goes to the servers as well.
    Console.Error.WriteLine("bench: stopped");
    return 130;
}
catch (Exception exception) when (
    exception is ServerFailedException or ClientException or IOException or SocketException or TimeoutException)
{
    Console.Error.WriteLine($"bench: {exception.Message}");
    return 1;
}
finally
{
    foreach (Service service in started) service.Dispose();
}

void MeasureBrokers()
{
    IReadOnlyList<Server> servers = StartAll(AllServers("load"));
    using (FreshPages pages = new(work.Path, megabytes: 256)) BrokerCases.Run(new Suite(report, pages, turns, stop.Token), servers);
    foreach (Server server in servers) server.Stop();
    IdleCase.Run(report, [.. AllServers("idle").Where(idle => servers.Any(server => server.Name == idle.Name))], stop.Token);
}

void MeasureClusters()
{
    if (turns > 0) MeasureClustersUnderLoad();
    LogstoreCluster mortal = Cluster("failover");
    started.Add(mortal);
    mortal.Start();
    FailoverCase.Run(report, mortal, Kills, stop.Token);
}

void MeasureClustersUnderLoad()
{
    IReadOnlyList<Service> clusters = StartAll<Service>(
    [
        Cluster("load"), new NatsCluster(work.Create("nats")), new RabbitCluster(work.Create("rabbitmq")),
        new RedisCluster(work.Create("redis")),
    ]);
    using (FreshPages pages = new(work.Path, megabytes: 1024)) ClusterCases.Run(new Suite(report, pages, turns, stop.Token), clusters);
    foreach (Service cluster in clusters) cluster.Stop();
}

LogstoreCluster Cluster(string purpose) => new(driver, Path.GetFullPath(program), work.Create($"{purpose}-logstore"));

Server[] AllServers(string purpose) =>
[
    new LogstoreServer(driver, Path.GetFullPath(program), work.Create($"{purpose}-logstore")),
    new MockServer(driver, FetchCase.TopicsOfMock),
    new NatsServer(work.Create($"{purpose}-nats")),
    new RabbitServer(work.Create($"{purpose}-rabbitmq")),
];

// Starts all and says what they are. A peer that cannot be started here is left out, and said to be.
IReadOnlyList<T> StartAll<T>(IReadOnlyList<T> services)
    where T : Service
{
    report.Text($"```\n{Machine.Describe(work.Path)}");
    List<T> running = [];
    foreach (T service in services)
    {
        try
        {
            stop.Token.ThrowIfCancellationRequested();
            started.Add(service);
            service.Start();
            running.Add(service);
            report.Text($"{service.Name + ":",-10} {service.Version}");
        }
        catch (Exception exception) when (
            service is not (ILogstore or MockServer) && exception is ServerFailedException or System.ComponentModel.Win32Exception)
        {
            service.Dispose();
            report.Text($"{service.Name + ":",-10} not measured: {exception.Message}");
        }
    }

    report.Text("```");
    return running;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true; // Not by the signal: by an orderly end.
    stop.Cancel();
}
