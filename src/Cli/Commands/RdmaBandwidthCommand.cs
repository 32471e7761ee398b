using System.CommandLine;
using System.Globalization;
using LogStore.Replicator.Rdma.Diagnostics;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore rdma bw</c>: bandwidth to another host.</summary>
internal static class RdmaBandwidthCommand
{
    public static Command Create()
    {
        Command command = new("bw", "Measure the bandwidth of WRITEs to another host.");
        RdmaProbeOptions options = new(command, defaultBytes: 65_536);
        Option<double> seconds = new("--seconds")
        {
            Description = "How long to measure.",
            HelpName = "N",
            DefaultValueFactory = _ => 3,
        };
        seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 3600)) result.AddError("--seconds must be above 0, up to 3600.");
        });
        command.Options.Add(seconds);
        command.SetAction((parsed, cancellation) => RdmaCommand.RunAsync(() => options.Listens(parsed)
            ? options.ServeAsync(parsed, cancellation)
            : MeasureAsync(parsed, options, TimeSpan.FromSeconds(parsed.GetValue(seconds)), cancellation)));
        return command;
    }

    private static async Task MeasureAsync(
        ParseResult parsed, RdmaProbeOptions options, TimeSpan duration, CancellationToken cancellation)
    {
        using ProbeClient client =
            await options.ConnectAsync(parsed, ProbeOperation.WriteBandwidth, cancellation).ConfigureAwait(false);
        BandwidthResult result = client.MeasureBandwidth(duration);
        parsed.InvocationConfiguration.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{client.DeviceName}, GID {client.Source.Index}: WRITE of {result.Bytes} bytes: {result.MegabytesPerSecond:F1} MB/s, {result.MessagesPerSecond:F0} messages/s over {result.Elapsed.TotalSeconds:F2} s"));
    }
}
