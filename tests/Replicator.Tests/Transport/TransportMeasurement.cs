using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LogStore.Replicator.Protocol;
using LogStore.Replicator.Tests.Transport.InProcess;
using LogStore.Replicator.Tests.Transport.Support;
using LogStore.Replicator.Tests.Transport.Tcp;
using LogStore.Replicator.Transport;
using LogStore.Replicator.Transport.Frames;
using Xunit;

namespace LogStore.Replicator.Tests.Transport;

/// <summary>
/// Prints what transports take, next to bare sockets in the same run: <c>Replicator.Tests -explicit only -showLiveOutput
/// -class "*TransportMeasurement"</c>. It proves nothing, and is run by hand.
/// </summary>
public sealed class TransportMeasurement(ITestOutputHelper output)
{
    private const int Rounds = 20_000;
    private const int WarmUp = 5_000;
    private const int Payloads = 40_000;
    private const int PayloadBytes = 64 * 1024;

    [Fact(Explicit = true)]
    public async Task LoneMessagesAndManyRecords()
    {
        for (int turn = 0; turn < 3; turn++)
        {
            Print("ping-pong, sockets that block", RawPingPong());
            Print("ping-pong, sockets that do not block", await RawPingPongAsync());
            await using (TcpNet net = new()) Print("ping-pong, tcp", await PingPongAsync(net));
            await using (InProcessNet net = new()) Print("ping-pong, in-process", await PingPongAsync(net));
            output.WriteLine($"64 KiB, sockets that block: {RawThroughput():F0} MB/s");
            await using (TcpNet net = new()) output.WriteLine($"64 KiB, tcp: {await ThroughputAsync(net):F0} MB/s");
            await using (InProcessNet net = new()) output.WriteLine($"64 KiB, in-process: {await ThroughputAsync(net):F0} MB/s");
        }
    }

    private static (Socket, Socket) Connect()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Connect(listener.LocalEndPoint!);
        Socket server = listener.Accept();
        server.NoDelay = true;
        return (client, server);
    }

    private static long[] RawPingPong()
    {
        (Socket client, Socket server) = Connect();
        using (client)
        using (server)
        {
            Thread echo = new(() =>
            {
                byte[] buffer = new byte[4096];
                for (int count; (count = server.Receive(buffer)) > 0;) server.Send(buffer.AsSpan(0, count));
            });
            echo.Start();
            byte[] message = new byte[FrameHeader.Size];
            long[] times = new long[Rounds];
            for (int round = -WarmUp; round < Rounds; round++)
            {
                long since = Stopwatch.GetTimestamp();
                client.Send(message);
                client.Receive(message);
                if (round >= 0) times[round] = Stopwatch.GetTimestamp() - since;
            }

            client.Shutdown(SocketShutdown.Both);
            echo.Join();
            return times;
        }
    }

    private static async Task<long[]> RawPingPongAsync()
    {
        (Socket client, Socket server) = Connect();
        using (client)
        using (server)
        {
            Task echo = Task.Run(async () =>
            {
                byte[] buffer = new byte[4096];
                for (int count; (count = await server.ReceiveAsync(buffer)) > 0;) await server.SendAsync(buffer.AsMemory(0, count));
            });
            byte[] message = new byte[FrameHeader.Size];
            long[] times = new long[Rounds];
            for (int round = -WarmUp; round < Rounds; round++)
            {
                long since = Stopwatch.GetTimestamp();
                await client.SendAsync(message);
                await client.ReceiveAsync(message);
                if (round >= 0) times[round] = Stopwatch.GetTimestamp() - since;
            }

            client.Shutdown(SocketShutdown.Both);
            await echo;
            return times;
        }
    }

    private static async Task<long[]> PingPongAsync(TransportNet net)
    {
        var (first, toSecond, second, _) = await net.LinkAsync();
        second.Receiver.Drained = link =>
        {
            link.TrySend(TestMessages.Acknowledge(0));
            link.Flush();
        };
        long[] times = new long[Rounds];
        int round = -WarmUp;
        long since = Stopwatch.GetTimestamp();
        TaskCompletionSource done = new();
        first.Receiver.Drained = link =>
        {
            long now = Stopwatch.GetTimestamp();
            if (round >= 0) times[round] = now - since;
            if (++round == Rounds)
            {
                done.SetResult();
                return;
            }

            since = Stopwatch.GetTimestamp();
            link.TrySend(TestMessages.Acknowledge(0));
            link.Flush();
        };
        toSecond.TrySend(TestMessages.Acknowledge(0));
        toSecond.Flush();
        await done.Task;
        return times;
    }

    private static double RawThroughput()
    {
        (Socket client, Socket server) = Connect();
        using (client)
        using (server)
        {
            long since = Stopwatch.GetTimestamp();
            Thread sender = new(() =>
            {
                byte[] payload = new byte[PayloadBytes];
                for (int number = 0; number < Payloads; number++) client.Send(payload);
                client.Shutdown(SocketShutdown.Send);
            });
            sender.Start();
            byte[] buffer = new byte[1024 * 1024];
            while (server.Receive(buffer) > 0)
            {
            }

            sender.Join();
            return (double)Payloads * PayloadBytes / Stopwatch.GetElapsedTime(since).TotalSeconds / 1e6;
        }
    }

    private static async Task<double> ThroughputAsync(TransportNet net)
    {
        var (first, toSecond, second, _) = await net.LinkAsync();
        TaskCompletionSource done = new();
        int count = 0;
        second.Receiver.Message = (IReplicaLink link, in ReplicaMessage message, ReadOnlySpan<byte> payload) =>
        {
            if (++count == Payloads) done.SetResult();
        };
        Copy source = new();
        long since = Stopwatch.GetTimestamp();
        for (int number = 0; number < Payloads; number++)
        {
            await TestMessages.SendAsync(first.Receiver, toSecond, source, PayloadBytes);
            toSecond.Flush();
        }

        await done.Task;
        return (double)Payloads * PayloadBytes / Stopwatch.GetElapsedTime(since).TotalSeconds / 1e6;
    }

    private void Print(string what, long[] times)
    {
        Array.Sort(times);
        output.WriteLine($"{what}: p50 {Microseconds(times[Rounds / 2]):F1} µs, p99 {Microseconds(times[Rounds * 99 / 100]):F1} µs");
    }

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;

    /// <summary>Records as a log gives them: copied once, to where they are sent from.</summary>
    private sealed class Copy : IPayloadSource
    {
        private static readonly byte[] Records = new byte[PayloadBytes];

        public int Write(Span<byte> destination, out ReplicaMessage message)
        {
            Records.CopyTo(destination);
            message = TestMessages.Acknowledge(0);
            return Records.Length;
        }
    }
}
