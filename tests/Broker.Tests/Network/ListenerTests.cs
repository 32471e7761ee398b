using System.Net.Sockets;
using LogStore.Broker.Network;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace LogStore.Broker.Tests.Network;

/// <summary>What ends a listener: nothing but its disposal.</summary>
public sealed class ListenerTests
{
    [Fact]
    public async Task AConnectionThatCannotBeServedIsClosedAndTheNextIsServed()
    {
        Queue<Exception> failures = new(
        [
            new IOException("it is not connected"),
            new SocketException((int)SocketError.InvalidArgument),
            new SocketException((int)SocketError.OperationAborted),
            new ObjectDisposedException("a socket"),
        ]);
        int failing = failures.Count;
        TaskCompletionSource<Socket> served = new();
        using Listener listener = Listener.Bind(
            new ListenerOptions(SecurityProtocol.Plaintext, "127.0.0.1", 0), NullLogger.Instance);
        Task accepting = listener.AcceptAsync(
            (socket, _) =>
            {
                if (failures.TryDequeue(out Exception? failure)) throw failure;
                served.SetResult(socket);
            },
            TimeProvider.System);
        for (int count = 0; count < failing; count++)
        {
            await using ProtocolClient refused = await ProtocolClient.ConnectAsync(listener.Options.Port);
            Assert.Null(await refused.ReadFrameAsync());
        }

        await using ProtocolClient client = await ProtocolClient.ConnectAsync(listener.Options.Port);
        using Socket socket = await served.Task;
        Assert.True(socket.Connected);
        listener.Dispose();
        await accepting;
    }
}
