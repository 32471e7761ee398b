using System.CommandLine;
using System.Net;
using LogStore.Cli.CommandLine;
using LogStore.Replicator.Rdma.Diagnostics;
using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Cli.Commands;

/// <summary>What <c>logstore rdma ping</c> and <c>logstore rdma bw</c> have in common.</summary>
internal sealed class RdmaProbeOptions
{
    private const int MaxBytes = 8 << 20;

    private readonly int _defaultBytes;
    private readonly Argument<string?> _host = new("HOST")
    {
        Description = "The host to measure the way to; logstore rdma ping --listen runs there",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _listen = new("--listen") { Description = "Answer the other side's measurements until Ctrl+C" };

    private readonly Option<int?> _port = CommonOptions.Number("--port",
        $"The TCP port on which both sides agree on their queue pairs (default: {RdmaCommand.DefaultPort})", "PORT", 0, 65535);

    private readonly Option<string?> _device = new("--device")
    {
        Description = "The RDMA device (default: the one that carries the connection's address, or the first active one)",
        HelpName = "NAME",
    };

    private readonly Option<int?> _gidIndex = CommonOptions.Number(
        "--gid-index", "The GID to send from (default: the IPv4 one of RoCE v2)", "N", 0, int.MaxValue);

    private readonly Option<int?> _size;

    public RdmaProbeOptions(Command command, int defaultBytes)
    {
        _defaultBytes = defaultBytes;
        _size = CommonOptions.Number(
            "--size", $"The length of a message in bytes (default: {defaultBytes})", "BYTES", 1, MaxBytes);
        command.Arguments.Add(_host);
        foreach (Option option in (Option[])[_listen, _port, _device, _gidIndex, _size]) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            bool host = result.GetValue(_host) is not null;
            if (host == result.GetValue(_listen)) result.AddError("give a HOST to measure the way to, or --listen");
        });
    }

    public bool Listens(ParseResult parsed) => parsed.GetValue(_listen);

    public int Bytes(ParseResult parsed) => parsed.GetValue(_size) ?? _defaultBytes;

    public Task<ProbeClient> ConnectAsync(ParseResult parsed, ProbeOperation operation, CancellationToken cancellation) =>
        ProbeClient.ConnectAsync(new DnsEndPoint(parsed.GetValue(_host)!, Port(parsed)), Selection(parsed),
            operation, Bytes(parsed), cancellation);

    public async Task ServeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        RdmaPortSelection selection = Selection(parsed);
        TextWriter output = parsed.InvocationConfiguration.Output;
        // A host that can answer nothing says so now, not at the first measurement.
        RdmaPort.Open(selection).Dispose();
        using ProbeServer server = new(Port(parsed), selection);
        output.WriteLine($"listening on TCP port {server.TcpPort}");
        await server.ServeAsync(output.WriteLine, cancellation);
    }

    private int Port(ParseResult parsed) => parsed.GetValue(_port) ?? RdmaCommand.DefaultPort;

    private RdmaPortSelection Selection(ParseResult parsed) => new()
    {
        DeviceName = parsed.GetValue(_device),
        GidIndex = parsed.GetValue(_gidIndex),
    };
}
