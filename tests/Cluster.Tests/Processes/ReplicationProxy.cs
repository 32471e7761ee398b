using System.Net;
using System.Net.Sockets;

namespace LogStore.Cluster.Tests.Processes;

/// <summary>
/// Stands between a broker's replication port and those who dial it. What it cuts is silent, not closed: nobody can tell a
/// link that is cut from a peer that does nothing.
/// </summary>
internal sealed class ReplicationProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly int _target;
    private readonly Lock _gate = new();
    private readonly HashSet<Socket> _sockets = [];
    private readonly HashSet<Task> _forwarding = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _accepting;
    private TaskCompletionSource _open = Opened();

    public ReplicationProxy(int port, int target)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Lets nothing through any more.</summary>
    public void Cut()
    {
        lock (_gate) _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Lets new connections through; those that there are have lost bytes, and end.</summary>
    public void Restore()
    {
        Reset();
        lock (_gate) _open.TrySetResult();
    }

    /// <summary>Ends all connections at once.</summary>
    public void Reset()
    {
        Socket[] sockets;
        lock (_gate) sockets = [.. _sockets];
        foreach (Socket socket in sockets) socket.Close(timeout: 0);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Reset();
        Task[] forwarding;
        lock (_gate) forwarding = [.. _forwarding];
        await Task.WhenAll(forwarding);
        _closing.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        TaskCompletionSource opened = new();
        opened.SetResult();
        return opened;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket dialler = await _listener.AcceptSocketAsync(_closing.Token);
                Task forwarding = ForwardAsync(dialler);
                lock (_gate)
                {
                    _forwarding.RemoveWhere(task => task.IsCompleted);
                    _forwarding.Add(forwarding);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It is being disposed.
        }
    }

    private async Task ForwardAsync(Socket dialler)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (dialler)
        {
            lock (_gate)
            {
                _sockets.Add(dialler);
                _sockets.Add(listener);
            }

            try
            {
                dialler.NoDelay = listener.NoDelay = true;
                await WaitOpenAsync();
                await listener.ConnectAsync(IPAddress.Loopback, _target, _closing.Token);
                await Task.WhenAny(PumpAsync(dialler, listener), PumpAsync(listener, dialler));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Nobody listens there, or one side has gone.
            }
            finally
            {
                lock (_gate)
                {
                    _sockets.Remove(dialler);
                    _sockets.Remove(listener);
                }
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _closing.Token) is var count and > 0)
            {
                await WaitOpenAsync();
                for (int sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _closing.Token);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One side has gone, or it is being disposed.
        }
    }

    private Task WaitOpenAsync()
    {
        lock (_gate) return _open.Task.WaitAsync(_closing.Token);
    }
}
