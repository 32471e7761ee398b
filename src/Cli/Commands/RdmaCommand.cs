using System.CommandLine;
using System.Net.Sockets;
using LogStore.Cli.CommandLine;
using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore rdma</c>: what RDMA devices there are, and what they do.</summary>
internal static class RdmaCommand
{
    /// <summary>The TCP port on which both sides of a measurement agree on their queue pairs.</summary>
    public const int DefaultPort = 18514;

    public static Command Create() => new CliCommand("rdma", "Show this host's RDMA devices, and measure the way to another host")
    {
        Subcommands = { RdmaDevicesCommand.Create(), RdmaPingCommand.Create(), RdmaBandwidthCommand.Create() },
    };

    /// <summary>Runs a command's work until it is done or interrupted.</summary>
    public static Task<int> RunAsync(Func<CancellationToken, Task> work) => Interruption.RunAsync(async interruption =>
    {
        try
        {
            await work(interruption.Token);
            return ExitCode.Success;
        }
        catch (Exception error) when (error is DeviceNotFoundException or GidNotFoundException)
        {
            throw new UserErrorException(error.Message, ExitCode.NotFound);
        }
        catch (SocketException error)
        {
            throw new UserErrorException($"{error.Message}: see that 'logstore rdma ping --listen' runs on the other side");
        }
    });
}
