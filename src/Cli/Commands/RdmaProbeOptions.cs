using System.CommandLine;
using System.Globalization;
using System.Net;
using LogStore.Replicator.Rdma.Diagnostics;
using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Cli.Commands;

/// <summary>What <c>logstore rdma ping</c> and <c>logstore rdma bw</c> have in common.</summary>
internal sealed class RdmaProbeOptions
{
    private const int MaxBytes = 8 << 20;

    private readonly Argument<string?> _host = new("HOST")
    {
        Description = "The host to measure the way to: 'logstore rdma ping --listen' or 'bw --listen' runs there.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _listen = new("--listen") { Description = "Answer the probes of other hosts until Ctrl+C." };

    private readonly Option<int> _port = new("--port")
    {
        Description = "The TCP port on which both sides agree on their queue pairs.",
        HelpName = "PORT",
        DefaultValueFactory = _ => RdmaCommand.DefaultPort,
    };

    private readonly Option<string?> _device = new("--device")
    {
        Description = "The RDMA device; otherwise the one that carries the connection's address, or the first active one.",
        HelpName = "NAME",
    };

    private readonly Option<int?> _gidIndex = new("--gid-index")
    {
        Description = "The GID to send from; otherwise the IPv4 one of RoCE v2.",
        HelpName = "N",
    };

    private readonly Option<int> _size = new("--size")
    {
        Description = "The length of a message in bytes, up to 8388608.",
        HelpName = "BYTES",
    };

    public RdmaProbeOptions(Command command, int defaultBytes)
    {
        _size.DefaultValueFactory = _ => defaultBytes;
        command.Arguments.Add(_host);
        foreach (Option option in (Option[])[_listen, _port, _device, _gidIndex, _size]) command.Options.Add(option);
        _size.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MaxBytes) result.AddError($"--size must be 1 to {MaxBytes} bytes.");
        });
        command.Validators.Add(result =>
        {
            bool host = result.GetValue(_host) is not null;
            if (host == result.GetValue(_listen)) result.AddError("Give a HOST to measure the way to, or --listen.");
        });
    }

    public bool Listens(ParseResult parsed) => parsed.GetValue(_listen);

    public int Bytes(ParseResult parsed) => parsed.GetValue(_size);

    public Task<ProbeClient> ConnectAsync(
        ParseResult parsed, ProbeOperation operation, CancellationToken cancellation) =>
        ProbeClient.ConnectAsync(new DnsEndPoint(parsed.GetValue(_host)!, parsed.GetValue(_port)), Selection(parsed),
            operation, Bytes(parsed), cancellation);

    public async Task ServeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        RdmaPortSelection selection = Selection(parsed);
        TextWriter output = parsed.InvocationConfiguration.Output;
        // A host that can answer nothing says so now, not at the first probe.
        RdmaPort.Open(selection).Dispose();
        using ProbeServer server = new(parsed.GetValue(_port), selection);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"listening on TCP port {server.TcpPort}"));
        await server.ServeAsync(output.WriteLine, cancellation).ConfigureAwait(false);
    }

    private RdmaPortSelection Selection(ParseResult parsed) => new()
    {
        DeviceName = parsed.GetValue(_device),
        GidIndex = parsed.GetValue(_gidIndex),
    };
}
