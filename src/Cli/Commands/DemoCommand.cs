using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using LogStore.Cli.Cluster.Local;
using LogStore.Cli.CommandLine;
using LogStore.Cli.Demo;

namespace LogStore.Cli.Commands;

/// <summary><c>logstore demo</c>.</summary>
internal static class DemoCommand
{
    private const int Brokers = 3;
    private const int PortTries = 100;

    private static readonly Option<string> TextFile = new("--file")
    {
        Description = "The text; its lines become records",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<int?> Port = CommonOptions.Number(
        "--port", "The first broker's port; the others take the next ones (default: free ones)", "PORT", 1, ushort.MaxValue);

    public static Command Create()
    {
        CliCommand command = new("demo", "Show the main job: a text through three brokers, the leader killed half way")
        {
            Notes = """
                Starts three brokers on 127.0.0.1, produces a text into a topic with three replicas (acks=all, idempotent),
                kills the broker that leads with -9 once half of the records are acknowledged, goes on producing through
                the one that leads next, consumes everything and compares SHA-256 sums. Everything is kept in a directory
                of its own that is deleted at the end, or in --data DIR, which must be new or empty.

                ack p50 and p99 are the times from handing a record over to its acknowledgement, with 1 MiB on the way.
                Exit code 0: equal; 1: not.
                """,
            Examples = "logstore demo --file book.txt",
        };
        foreach (Option option in (Option[])[TextFile, Port]) command.Options.Add(option);
        command.SetAction(parsed => Interruption.RunAsync(interruption => RunAsync(parsed, interruption.Token)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string file = parsed.GetRequiredValue(TextFile);
        if (!File.Exists(file)) throw new UserErrorException($"there is no file '{file}'", ExitCode.NotFound);
        string? kept = parsed.GetValue(CommonOptions.Data);
        if (kept is not null && Directory.Exists(kept) && Directory.EnumerateFileSystemEntries(kept).Any())
            throw new UserErrorException($"'{kept}' is not empty; give --data a new directory, or none", ExitCode.Usage);
        string directory =
            kept is null ? Directory.CreateTempSubdirectory("logstore-demo.").FullName : Path.GetFullPath(kept);
        try
        {
            DemoText text = await DemoText.ReadAsync(file, cancellationToken);
            LocalClusterOptions options = new(directory, Brokers, parsed.GetValue(Port) ?? FindPorts(), []);
            return await new DemoRun(options, text).RunAsync(cancellationToken) ? ExitCode.Success : ExitCode.Failure;
        }
        finally
        {
            if (kept is null) Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>The first of as many ports in a row as there are brokers, all free at this moment.</summary>
    private static int FindPorts()
    {
        for (int tries = 0; tries < PortTries; tries++)
        {
            int first = FreePort(0);
            if (first == 0 || first + Brokers > ushort.MaxValue) continue;
            if (Enumerable.Range(first + 1, Brokers - 1).All(port => FreePort(port) > 0)) return first;
        }

        throw new UserErrorException(
            $"no {Brokers} ports in a row are free on 127.0.0.1; name the first with --port", ExitCode.InUse);
    }

    private static int FreePort(int wanted)
    {
        try
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, wanted));
            return ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
