using System.CommandLine;
using System.Globalization;
using LogStore.Replicator.Rdma.Diagnostics;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore rdma ping</c>: latency between two hosts.</summary>
internal static class RdmaPingCommand
{
    public static Command Create()
    {
        Command command = new("ping", "Measure the latency to another host: half of a round trip, in microseconds.");
        RdmaProbeOptions options = new(command, defaultBytes: 64);
        Option<int> count = new("--count")
        {
            Description = "How many round trips to measure, after some that are not.",
            HelpName = "N",
            DefaultValueFactory = _ => 2_000,
        };
        Option<string> operation = new("--operation")
        {
            Description = "What to send: 'send' and 'write-imm', or 'write' with both sides watching their memory.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "all",
        };
        operation.AcceptOnlyFromAmong("all", "send", "write-imm", "write");
        count.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 10_000_000) result.AddError("--count must be 1 to 10000000.");
        });
        command.Options.Add(count);
        command.Options.Add(operation);
        command.SetAction((parsed, cancellation) => RdmaCommand.RunAsync(() => options.Listens(parsed)
            ? options.ServeAsync(parsed, cancellation)
            : PingAsync(parsed, options, parsed.GetValue(count), parsed.GetValue(operation)!, cancellation)));
        return command;
    }

    private static async Task PingAsync(
        ParseResult parsed, RdmaProbeOptions options, int count, string operation, CancellationToken cancellation)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        bool headed = false;
        foreach ((string name, ProbeOperation each) in Select(operation))
        {
            using ProbeClient client = await options.ConnectAsync(parsed, each, cancellation).ConfigureAwait(false);
            if (!headed)
            {
                output.WriteLine(Format($"{client.DeviceName}, GID {client.Source.Index}: {options.Bytes(parsed)} bytes, {count} round trips, µs one way"));
                output.WriteLine($"{"",-15} {"min",9} {"p50",9} {"p99",9} {"max",9}");
                headed = true;
            }

            LatencyResult latency = client.MeasureLatency(count);
            output.WriteLine(Format(
                $"{name,-15} {latency.Min,9:F2} {latency.Percentile(0.5),9:F2} {latency.Percentile(0.99),9:F2} {latency.Max,9:F2}"));
        }
    }

    private static (string Name, ProbeOperation Operation)[] Select(string operation) => operation switch
    {
        "send" => [("SEND", ProbeOperation.Send)],
        "write-imm" => [("WRITE_WITH_IMM", ProbeOperation.WriteWithImmediate)],
        "write" => [("WRITE", ProbeOperation.Write)],
        _ => [("SEND", ProbeOperation.Send), ("WRITE_WITH_IMM", ProbeOperation.WriteWithImmediate)],
    };

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
