using System.Globalization;
using LogStore.Cluster.Tests.Processes;
using LogStore.Cluster.Tests.Workloads;
using Xunit;

namespace LogStore.Cluster.Tests.Faults;

/// <summary>A cluster that is written to all the time, while one fault after the other is chosen for it.</summary>
internal sealed class FaultRun
{
    /// <summary>How many rounds a run has in place of those that the test names.</summary>
    private const string RoundsVariable = "LOGSTORE_CLUSTER_ROUNDS";

    /// <summary>The only fault that there is to be, or a part of its name.</summary>
    private const string FaultVariable = "LOGSTORE_CLUSTER_FAULT";

    private FaultRun(ClusterProcesses cluster, ClusterView view, Workload workload, Random random)
    {
        Cluster = cluster;
        View = view;
        Workload = workload;
        Random = random;
    }

    public ClusterProcesses Cluster { get; }

    public ClusterView View { get; }

    public Workload Workload { get; }

    public Random Random { get; }

    public FailoverTimes Failovers { get; } = new();

    private static ITestOutputHelper? Output => TestContext.Current.TestOutputHelper;

    /// <summary>Runs rounds of faults that a seed chooses, and checks the history at the end.</summary>
    public static async Task RunAsync(ClusterShape shape, int rounds, params (string Name, Func<FaultRun, Task> Strike)[] faults)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable(RoundsVariable), CultureInfo.InvariantCulture, out int given))
            rounds = given;
        if (Environment.GetEnvironmentVariable(FaultVariable) is { } only)
            faults = [.. faults.Where(fault => fault.Name.Contains(only, StringComparison.Ordinal))];
        if (faults.Length == 0) Assert.Skip("The fault that was asked for is not one of these.");
        Random random = SeededRandom.Create();
        await using ClusterProcesses cluster = await ClusterProcesses.StartAsync(shape);
        try
        {
            ClusterView view = new(cluster);
            await using Workload workload = await Workload.StartAsync(cluster, view);
            FaultRun run = new(cluster, view, workload, random);
            long begun = TimeProvider.System.GetTimestamp();
            for (int round = 1; round <= rounds; round++)
            {
                // Each at least once, if there are rounds enough.
                (string name, Func<FaultRun, Task> strike) = round <= faults.Length
                    ? faults[round - 1] : faults[random.Next(faults.Length)];
                long started = TimeProvider.System.GetTimestamp();
                await run.Attempt(round, name, strike);
                Say($"round {round}: {name}, {TimeProvider.System.GetElapsedTime(started).TotalMilliseconds:0} ms");
            }

            Say($"{rounds} rounds in {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0} s; {run.Failovers}");
            await workload.CheckAsync(view);
        }
        catch (Exception exception)
        {
            cluster.PrintLogs();
            Say($"{exception.Message}");
            throw;
        }
    }

    private async Task Attempt(int round, string name, Func<FaultRun, Task> strike)
    {
        try
        {
            await strike(this);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"round {round}, {name}: {exception.Message}", exception);
        }
    }

    private static void Say(FormattableString what) => Output?.WriteLine(what.ToString(CultureInfo.InvariantCulture));
}
