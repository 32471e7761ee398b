using System.Runtime.InteropServices;
using LogStore.Bench.Running;
using LogStore.Bench.Scenarios;

Scenario[] scenarios =
[
    new ChecksumScenario(),
    new AppendScenario(),
    new FlushScenario(),
    new GroupCommitScenario(),
    new DurableWriteScenario(),
    new ReadScenario(),
    new OpenScenario(),
    new SinkScenario(),
];

if (args is ["-h" or "--help" or "help", ..])
{
    Console.Out.Write(BenchOptions.Usage);
    foreach (Scenario scenario in scenarios) Console.Out.WriteLine($"  {scenario.Name,-10}{scenario.Summary}");
    return 0;
}

BenchOptions? options = BenchOptions.TryParse(args, scenarios, out string problem);
if (options is null)
{
    Console.Error.WriteLine($"bench: {problem}");
    return 2;
}

using CancellationTokenSource stop = new();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
options = options with { Stop = stop.Token };

using WorkDirectory work = new(options.Directory);
Report report = new(Console.Out, options.Markdown);
report.Text(Machine.Describe(work.Path));
try
{
    foreach (Scenario scenario in scenarios)
    {
        if (!options.Selects(scenario)) continue;
        report.Heading(scenario.Name, scenario.Summary);
        await scenario.RunAsync(new BenchContext(options, work, report));
    }

    report.Finish();
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("bench: stopped");
    return 130;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true; // Not by the signal: by an orderly end.
    stop.Cancel();
}
