using System.Net;
using System.Net.Sockets;
using LogStore.Replicator.Rdma.Verbs;

namespace LogStore.Replicator.Rdma.Diagnostics;

/// <summary>Answers probes, one connection after the other: concurrent ones would disturb each other's figures.</summary>
public sealed class ProbeServer : IDisposable
{
    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(30);

    private readonly TcpListener _listener;
    private readonly RdmaPortSelection _selection;

    /// <summary>Starts listening on TCP; 0 lets the system choose a port.</summary>
    /// <exception cref="SocketException">The port is in use.</exception>
    public ProbeServer(int tcpPort, RdmaPortSelection selection)
    {
        _selection = selection;
        _listener = new TcpListener(IPAddress.IPv6Any, tcpPort);
        _listener.Server.DualMode = true;
        _listener.Start();
    }

    /// <summary>The TCP port it listens on.</summary>
    public int TcpPort => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Serves until it is cancelled. A connection that fails is reported and ends, and the next is served.</summary>
    /// <param name="report">Takes a line for each connection.</param>
    /// <param name="cancellation">Ends the serving.</param>
    public async Task ServeAsync(Action<string> report, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(report);
        while (!cancellation.IsCancellationRequested)
        {
            using TcpClient tcp = await _listener.AcceptTcpClientAsync(cancellation).ConfigureAwait(false);
            EndPoint? peer = tcp.Client.RemoteEndPoint;
            try
            {
                ProbeRequest request = await AnswerAsync(tcp, cancellation).ConfigureAwait(false);
                report($"{peer}: {request.Operation}, {request.Bytes} bytes");
            }
            catch (Exception error) when (error is RdmaException or IOException or SocketException)
            {
                report($"{peer}: {error.Message}");
            }
        }
    }

    /// <summary>Stops listening.</summary>
    public void Dispose() => _listener.Dispose();

    private async Task<ProbeRequest> AnswerAsync(TcpClient tcp, CancellationToken cancellation)
    {
        NetworkStream stream = tcp.GetStream();
        ProbeRequest request = await ReadRequestAsync(stream, cancellation).ConfigureAwait(false);
        try
        {
            Check(request);
            using ProbeEndpoint endpoint = new(_selection.Through(tcp), request.Bytes);
            LatencyProbe.Prepare(endpoint, request.Operation);
            endpoint.Connect(request.Client);
            ProbeReply reply = new(endpoint.Address, null);
            await ProbeLine.WriteAsync(stream, reply, ProbeJson.Default.ProbeReply, cancellation).ConfigureAwait(false);
            if (request.Operation != ProbeOperation.WriteBandwidth)
            {
                new LatencyProbe(endpoint, request.Operation, tcp.Client).RunServer();
            }

            // The peer closes when it is done; until then its last messages may still be on their way.
            _ = await stream.ReadAsync(new byte[1], cancellation).ConfigureAwait(false);
            return request;
        }
        catch (RdmaException error)
        {
            ProbeReply refusal = new(null, error.Message);
            await ProbeLine.WriteAsync(stream, refusal, ProbeJson.Default.ProbeReply, cancellation).ConfigureAwait(false);
            throw;
        }
    }

    // A peer that connects and says nothing must not keep the others out.
    private static async Task<ProbeRequest> ReadRequestAsync(NetworkStream stream, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(RequestTime);
        try
        {
            return await ProbeLine.ReadAsync(stream, ProbeJson.Default.ProbeRequest, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new ProbeException($"It asked for nothing within {RequestTime.TotalSeconds} s.", error);
        }
    }

    private static void Check(ProbeRequest request)
    {
        if (request.Version != ProbeRequest.CurrentVersion)
        {
            throw new ProbeException(
                $"It speaks version {request.Version}, this side {ProbeRequest.CurrentVersion}: use the same logstore on both.");
        }

        if (request.Bytes is < 1 or > ProbeRequest.MaxBytes || !Enum.IsDefined(request.Operation))
        {
            throw new ProbeException("It asked for something out of bounds.");
        }
    }
}
