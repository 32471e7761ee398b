using System.Net.Sockets;
using LogStore.Replicator.Transport.Links;

namespace LogStore.Replicator.Transport.Tcp;

/// <summary>
/// Sends what a queue holds: on the thread that flushes for as long as the system takes it at once, and then on a thread of
/// its own, which is made when it is needed first.
/// </summary>
/// <remarks>Thread-safe. The role of the sender, which the queue gives to one at a time, passes to the other thread.</remarks>
internal sealed class TcpSender(
    SendQueue queue, Socket socket, Action onWritable, Action<string> onFailed, string name)
{
    /// <summary>How much a caller sends, of what others have added meanwhile, before it is let go.</summary>
    private const int MaxByCaller = 1024 * 1024;

    /// <summary>What is sent before there is room again.</summary>
    private const int ChunkBytes = 256 * 1024;

    private readonly SafeSocketHandle _handle = socket.SafeHandle;
    private readonly object _gate = new(); // Waited on, which a Lock cannot be.
    private Task? _thread;
    private bool _isHandedOver;
    private bool _isStopped;

    /// <summary>Sends what there is, unless somebody does.</summary>
    public void Flush()
    {
        if (!queue.TryBecomeSender()) return;
        if (!NonBlockingSend.IsSupported)
        {
            HandOver();
            return;
        }

        int total = 0;
        while (queue.TryGetNext(out ReadOnlyMemory<byte> bytes))
        {
            int sent = NonBlockingSend.WouldBlock;
            try
            {
                if (total < MaxByCaller) sent = NonBlockingSend.Send(_handle, bytes.Span);
            }
            catch (ObjectDisposedException)
            {
                sent = NonBlockingSend.Failed;
            }

            if (sent == NonBlockingSend.WouldBlock)
            {
                HandOver();
                return;
            }

            if (sent == NonBlockingSend.Failed)
            {
                onFailed("the peer no longer takes what is sent");
                continue; // The queue is closed, and takes the role back.
            }

            total += sent;
            if (queue.Sent(sent)) onWritable();
        }
    }

    /// <summary>Ends the thread; nothing is sent any more.</summary>
    public void Stop()
    {
        Task? thread;
        lock (_gate)
        {
            _isStopped = true;
            thread = _thread;
            Monitor.PulseAll(_gate);
        }

        thread?.Wait();
    }

    private void HandOver()
    {
        lock (_gate)
        {
            if (_isStopped) return;
            _thread ??= Task.Factory.StartNew(
                Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            _isHandedOver = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        Thread.CurrentThread.Name = $"send {name}";
        while (true)
        {
            lock (_gate)
            {
                while (!_isHandedOver && !_isStopped) Monitor.Wait(_gate);
                if (_isStopped) return;
                _isHandedOver = false;
            }

            while (queue.TryGetNext(out ReadOnlyMemory<byte> bytes)) Send(bytes.Span);
        }
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            int sent = socket.Send(bytes[..Math.Min(bytes.Length, ChunkBytes)]);
            if (queue.Sent(sent)) onWritable();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            onFailed(exception.Message);
        }
    }
}
