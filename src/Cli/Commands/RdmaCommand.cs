using System.CommandLine;
using System.Net.Sockets;
using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore rdma</c>: what RDMA devices there are, and what they do.</summary>
internal static class RdmaCommand
{
    /// <summary>The TCP port on which probes agree on their queue pairs.</summary>
    public const int DefaultPort = 18514;

    public static Command Create() => new("rdma", "Show this host's RDMA devices and measure the way to another host.")
    {
        RdmaDevicesCommand.Create(),
        RdmaPingCommand.Create(),
        RdmaBandwidthCommand.Create(),
    };

    /// <summary>Runs a command's work: what a user can act on comes out as one line.</summary>
    public static async Task<int> RunAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
            return ExitCode.Success;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception error) when (error is DeviceNotFoundException or GidNotFoundException)
        {
            throw new UserErrorException(error.Message, ExitCode.NotFound);
        }
        catch (RdmaException error)
        {
            throw new UserErrorException(error.Message);
        }
        catch (SocketException error)
        {
            throw new UserErrorException($"{error.Message}: see that 'logstore rdma ... --listen' runs on the other side.");
        }
        catch (IOException error)
        {
            throw new UserErrorException(error.Message);
        }
    }
}
