using System.Net;
using System.Net.Sockets;
using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Replicator.Rdma.Diagnostics;

/// <summary>Measures the way to a host where a <see cref="ProbeServer"/> listens. One probe at a time.</summary>
public sealed class ProbeClient : IDisposable
{
    private readonly TcpClient _tcp;
    private readonly ProbeEndpoint _endpoint;
    private readonly ProbeOperation _operation;
    private ProbeClient(TcpClient tcp, ProbeEndpoint endpoint, ProbeOperation operation)
    {
        _tcp = tcp;
        _endpoint = endpoint;
        _operation = operation;
    }

    /// <summary>The device in use.</summary>
    public string DeviceName => _endpoint.DeviceName;

    /// <summary>The GID in use.</summary>
    public GidEntry Source => _endpoint.Source;

    /// <summary>Connects over TCP, makes queue pairs on both sides and connects these.</summary>
    /// <param name="server">Where the server listens.</param>
    /// <param name="selection">The device to use; its local address is filled in.</param>
    /// <param name="operation">What to measure.</param>
    /// <param name="bytes">The length of a message: 1 to 8 MiB.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    /// <exception cref="ProbeException">The server refused.</exception>
    public static async Task<ProbeClient> ConnectAsync(
        DnsEndPoint server, RdmaPortSelection selection, ProbeOperation operation, int bytes,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(selection);
        // Whatever this side lacks is said before the other is troubled.
        new ProbeEndpoint(selection, bytes).Dispose();
        TcpClient tcp = new();
        ProbeEndpoint? endpoint = null;
        try
        {
            await tcp.ConnectAsync(server.Host, server.Port, cancellation).ConfigureAwait(false);
            endpoint = new ProbeEndpoint(selection.Through(tcp), bytes);
            NetworkStream stream = tcp.GetStream();
            LatencyProbe.Prepare(endpoint, operation);
            ProbeRequest request = new(ProbeRequest.CurrentVersion, operation, bytes, endpoint.Address);
            await ProbeLine.WriteAsync(stream, request, ProbeJson.Default.ProbeRequest, cancellation).ConfigureAwait(false);
            ProbeReply reply = await ProbeLine.ReadAsync(stream, ProbeJson.Default.ProbeReply, cancellation).ConfigureAwait(false);
            endpoint.Connect(reply.Server ?? throw new ProbeException($"The peer refused: {reply.Error}"));
            return new ProbeClient(tcp, endpoint, operation);
        }
        catch
        {
            endpoint?.Dispose();
            tcp.Dispose();
            throw;
        }
    }

    /// <summary>Measures latency. Spins on the calling thread.</summary>
    /// <param name="rounds">How many round trips to measure; some more are made before.</param>
    /// <exception cref="ProbeException">The connection failed.</exception>
    public LatencyResult MeasureLatency(int rounds) =>
        new LatencyProbe(_endpoint, _operation, _tcp.Client).RunClient(rounds);

    /// <summary>Measures bandwidth for <paramref name="duration"/>. Spins on the calling thread.</summary>
    /// <exception cref="ProbeException">The connection failed.</exception>
    public BandwidthResult MeasureBandwidth(TimeSpan duration) =>
        new BandwidthProbe(_endpoint, _tcp.Client).Run(duration);

    /// <summary>Ends the connection; the server then waits for the next.</summary>
    public void Dispose()
    {
        _tcp.Dispose();
        _endpoint.Dispose();
    }
}

internal static class ProbeSelection
{
    /// <summary>Prefers the device that carries a TCP connection's own address.</summary>
    public static RdmaPortSelection Through(this RdmaPortSelection selection, TcpClient tcp)
    {
        IPAddress? address = (tcp.Client.LocalEndPoint as IPEndPoint)?.Address;
        return selection with { LocalAddress = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address };
    }
}
