using System.CommandLine;
using LogStore.Cli.CommandLine;
using LogStore.Replicator.Rdma.Diagnostics;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore rdma bw</c>: bandwidth to another host.</summary>
internal static class RdmaBandwidthCommand
{
    private const int DefaultSeconds = 3;

    public static Command Create()
    {
        CliCommand command = new("bw", "Measure the bandwidth of WRITEs to another host")
        {
            Examples = "logstore rdma bw --listen\nlogstore rdma bw 10.0.0.2 --size 1048576 --seconds 10",
        };
        RdmaProbeOptions options = new(command, defaultBytes: 65_536);
        Option<int?> seconds = CommonOptions.Number(
            "--seconds", $"How long to measure (default: {DefaultSeconds})", "N", 1, 3_600);
        command.Options.Add(seconds);
        command.SetAction(parsed => RdmaCommand.RunAsync(cancellation => options.Listens(parsed)
            ? options.ServeAsync(parsed, cancellation)
            : MeasureAsync(parsed, options, parsed.GetValue(seconds) ?? DefaultSeconds, cancellation)));
        return command;
    }

    private static async Task MeasureAsync(
        ParseResult parsed, RdmaProbeOptions options, int seconds, CancellationToken cancellation)
    {
        using ProbeClient client = await options.ConnectAsync(parsed, ProbeOperation.WriteBandwidth, cancellation);
        BandwidthResult result = client.MeasureBandwidth(TimeSpan.FromSeconds(seconds));
        parsed.InvocationConfiguration.Output.WriteLine(
            $"{client.DeviceName}, GID {client.Source.Index}: WRITE of {result.Bytes} bytes: {result.MegabytesPerSecond:F1} MB/s, "
            + $"{result.MessagesPerSecond:F0} messages/s over {result.Elapsed.TotalSeconds:F2} s");
    }
}
