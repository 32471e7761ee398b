using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace LogStore.Broker.Network;

/// <summary>Sends memory and stretches of files with one awaitable operation. Used again and again; not thread-safe.</summary>
internal sealed class SocketSender : SocketAsyncEventArgs, IValueTaskSource<long>
{
    private readonly Socket _socket;
    private ManualResetValueTaskSourceCore<long> _completion = new() { RunContinuationsAsynchronously = true };

    public SocketSender(Socket socket) : base(true) => _socket = socket;

    /// <summary>Sends all of it, and returns how many bytes that were.</summary>
    public ValueTask<long> SendAsync(List<SendPacketsElement> packets)
    {
        _completion.Reset();
        SendPacketsElements = [.. packets];
        if (!_socket.SendPacketsAsync(this)) Finish();
        return new ValueTask<long>(this, _completion.Version);
    }

    long IValueTaskSource<long>.GetResult(short token) => _completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<long>.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource<long>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    protected override void OnCompleted(SocketAsyncEventArgs e) => Finish();

    private void Finish()
    {
        if (SocketError == SocketError.Success) _completion.SetResult(BytesTransferred);
        else _completion.SetException(new SocketException((int)SocketError));
    }
}
