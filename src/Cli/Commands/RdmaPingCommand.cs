using System.CommandLine;
using LogStore.Cli.CommandLine;
using LogStore.Replicator.Rdma.Diagnostics;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore rdma ping</c>: latency between two hosts.</summary>
internal static class RdmaPingCommand
{
    private const int DefaultCount = 2_000;

    public static Command Create()
    {
        CliCommand command = new("ping", "Measure the latency to another host")
        {
            Notes = "Latency is half of a round trip, in microseconds. Both sides spin while they measure.",
            Examples = "logstore rdma ping --listen\nlogstore rdma ping 10.0.0.2 --size 1024",
        };
        RdmaProbeOptions options = new(command, defaultBytes: 64);
        Option<int?> count = CommonOptions.Number(
            "--count", $"How many round trips to measure (default: {DefaultCount})", "N", 1, 10_000_000);
        Option<bool> write = new("--write") { Description = "Measure plain WRITEs too, with both sides watching their memory" };
        command.Options.Add(count);
        command.Options.Add(write);
        command.SetAction(parsed => RdmaCommand.RunAsync(cancellation => options.Listens(parsed)
            ? options.ServeAsync(parsed, cancellation)
            : PingAsync(parsed, options, parsed.GetValue(count) ?? DefaultCount, parsed.GetValue(write), cancellation)));
        return command;
    }

    private static async Task PingAsync(
        ParseResult parsed, RdmaProbeOptions options, int count, bool write, CancellationToken cancellation)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        List<(string Name, ProbeOperation Operation)> operations =
            [("SEND", ProbeOperation.Send), ("WRITE_WITH_IMM", ProbeOperation.WriteWithImmediate)];
        if (write) operations.Add(("WRITE", ProbeOperation.Write));
        for (int i = 0; i < operations.Count; i++)
        {
            using ProbeClient client = await options.ConnectAsync(parsed, operations[i].Operation, cancellation);
            if (i == 0) PrintHead(output, client, options.Bytes(parsed), count);
            LatencyResult latency = client.MeasureLatency(count);
            output.WriteLine($"{operations[i].Name,-15} {latency.Min,9:F2} {latency.Percentile(0.5),9:F2} "
                + $"{latency.Percentile(0.99),9:F2} {latency.Max,9:F2}");
        }
    }

    private static void PrintHead(TextWriter output, ProbeClient client, int bytes, int count)
    {
        output.WriteLine($"{client.DeviceName}, GID {client.Source.Index}: {bytes} bytes, {count} round trips, µs one way");
        output.WriteLine($"{"",-15} {"min",9} {"p50",9} {"p99",9} {"max",9}");
    }
}
