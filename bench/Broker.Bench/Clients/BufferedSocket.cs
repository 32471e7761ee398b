using System.Net;
using System.Net.Sockets;

namespace LogStore.Bench.Broker.Clients;

/// <summary>A connection to a port of this machine, with a buffer that received bytes stay in until they are consumed.</summary>
/// <remarks>For one thread.</remarks>
internal sealed class BufferedSocket : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[1 << 20];
    private int _start;
    private int _end;

    public BufferedSocket(int port)
    {
        _socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        _socket.Connect(IPAddress.Loopback, port);
    }

    /// <summary>What has been received and not consumed; valid until the next <see cref="Receive"/>.</summary>
    public ReadOnlySpan<byte> Received => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Whether more has arrived than was received.</summary>
    public bool HasMore => _socket.Available > 0;

    public void Consume(int bytes) => _start += bytes;

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[_socket.Send(bytes)..];
    }

    /// <summary>Receives at least a byte.</summary>
    public void Receive()
    {
        if (_start == _end) _start = _end = 0;
        if (_end == _buffer.Length)
        {
            // Moving a few bytes at a time would cost more than it gains.
            byte[] target = _start > _buffer.Length / 2 ? _buffer : new byte[_buffer.Length * 2];
            Received.CopyTo(target);
            _end -= _start;
            _start = 0;
            _buffer = target;
        }

        int received = _socket.Receive(_buffer.AsSpan(_end));
        if (received == 0) throw new IOException("The server has closed the connection.");
        _end += received;
    }

    public void Dispose() => _socket.Dispose();
}
