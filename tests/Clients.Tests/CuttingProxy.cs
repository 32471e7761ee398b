using System.Net;
using System.Net.Sockets;

namespace LogStore.Clients.Tests;

/// <summary>Forwards connections, each only for a random number of bytes: then it is reset in the middle of whatever.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Random _random;
    private readonly int _mostBytes;
    private readonly List<Task> _connections = [];
    private Task _accepting = Task.CompletedTask;
    private int _cuts;

    public CuttingProxy(Random random, int mostBytes)
    {
        _random = random;
        _mostBytes = mostBytes;
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How often a connection was cut.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    public void ForwardTo(int port) => _accepting = AcceptAsync(port);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
    }

    private async Task AcceptAsync(int port)
    {
        while (true)
        {
            try
            {
                Socket client = await _listener.AcceptSocketAsync();
                _connections.Add(ForwardAsync(client, port, _random.Next(1, _mostBytes)));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ForwardAsync(Socket client, int port, int bytes)
    {
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            await server.ConnectAsync(IPAddress.Loopback, port);
            Allowance allowance = new(bytes);
            await Task.WhenAny(PumpAsync(client, server, allowance), PumpAsync(server, client, allowance));
            if (allowance.IsUsedUp) Interlocked.Increment(ref _cuts);
            // A reset, not an orderly end.
            client.LingerState = server.LingerState = new LingerOption(true, 0);
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, Allowance allowance)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
            {
                int allowed = allowance.Take(count);
                await to.SendAsync(buffer.AsMemory(0, allowed));
                if (allowed < count) return;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // One side has gone, or the other direction was cut.
        }
    }

    private sealed class Allowance(int bytes)
    {
        private int _left = bytes;

        public bool IsUsedUp => Volatile.Read(ref _left) < 0;

        /// <summary>How many of these bytes may pass.</summary>
        public int Take(int count) => Math.Clamp(Interlocked.Add(ref _left, -count) + count, 0, count);
    }
}
