using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LogStore.Replicator.Rdma.Verbs;
using Xunit;

namespace LogStore.Replicator.Rdma.Tests;

/// <summary>
/// Plays rdma-core's example program <c>ibv_rc_pingpong</c> with itself: a TCP connection on which each side tells its
/// queue pair in one line of fixed width (<c>LID:QPN:PSN:GID</c> in hexadecimal), then SENDs to and fro.
/// </summary>
public sealed class RcPingPongInteropTest
{
    private const int Rounds = 300;
    private const int MessageBytes = 4096;
    private const ulong SendId = 100;
    private const int LineBytes = 52; // "0000:000000:000000:" and the GID's 32 digits, and a NUL

    [RdmaFact]
    public void WeAreItsClient()
    {
        using Side side = new(0);
        int tcpPort = FreeTcpPort();
        using ChildProcess server = new("ibv_rc_pingpong", ArgumentsFor(tcpPort));
        using Socket socket = ConnectWhenReady(tcpPort, server);
        Prepare(side);
        socket.Send(Line(side));
        QueuePairAddress peer = ReadLine(socket);
        side.QueuePair.Connect(side.Port, peer, Mtu1024);
        socket.Send("done\0"u8);

        Play(side, begin: true);
        Assert.Contains($"{Rounds} iters", server.WaitForSuccess(), StringComparison.Ordinal);
    }

    [RdmaFact]
    public void WeAreItsServer()
    {
        using Side side = new(0);
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        int tcpPort = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using ChildProcess client = new("ibv_rc_pingpong", [.. ArgumentsFor(tcpPort), "127.0.0.1"]);
        Assert.True(listener.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead), "ibv_rc_pingpong did not connect");
        using Socket socket = listener.Accept();
        Prepare(side);
        QueuePairAddress peer = ReadLine(socket);
        side.QueuePair.Connect(side.Port, peer, Mtu1024);
        socket.Send(Line(side));

        Play(side, begin: false);
        Assert.Contains($"{Rounds} iters", client.WaitForSuccess(), StringComparison.Ordinal);
    }

    private static readonly ConnectionOptions Mtu1024 = new() { PathMtu = PathMtu.Bytes1024, ReceiverNotReadyRetryCount = 7 };

    // On the other device, if there is one, by the IPv4 address of it.
    private static string[] ArgumentsFor(int tcpPort)
    {
        using Side other = new(1);
        return
        [
            "-d", other.Port.Context.Device.Name, "-g", $"{other.Port.Source.Index}", "-p", $"{tcpPort}",
            "-n", $"{Rounds}", "-s", $"{MessageBytes}",
        ];
    }

    private static void Prepare(Side side)
    {
        side.QueuePair.Initialize(side.Port);
        for (ulong i = 0; i < 8; i++) side.PostReceive(i, Buffer(side));
    }

    // The client begins; each message is answered by one, and sends may be confirmed before or after the answer.
    private static void Play(Side side, bool begin)
    {
        int sent = 0, received = 0, confirmed = 0;
        if (begin) Send(side, ref sent);
        while (received < Rounds || confirmed < Rounds)
        {
            WorkCompletion completion = side.NextSuccess();
            if (completion.Id == SendId)
            {
                confirmed++;
                continue;
            }

            Assert.Equal((uint)MessageBytes, completion.Bytes);
            side.PostReceive(completion.Id, Buffer(side));
            received++;
            if (sent < Rounds) Send(side, ref sent);
        }
    }

    private static void Send(Side side, ref int sent)
    {
        side.Post(WorkRequest.Send(SendId, side.Region.Slice(0, MessageBytes)));
        sent++;
    }

    private static MemorySegment Buffer(Side side) => side.Region.Slice(8192, MessageBytes);

    private static byte[] Line(Side side)
    {
        QueuePairAddress own = side.QueuePair.AddressOn(side.Port);
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{own.LocalId:x4}:{own.Number:x6}:{own.PacketSequenceNumber:x6}:{own.Gid.ToHex()}\0");
        Assert.Equal(LineBytes, text.Length);
        return Encoding.ASCII.GetBytes(text);
    }

    private static QueuePairAddress ReadLine(Socket socket)
    {
        socket.ReceiveTimeout = 30_000;
        byte[] line = new byte[LineBytes];
        for (int read = 0; read < line.Length;)
        {
            int got = socket.Receive(line.AsSpan(read));
            Assert.NotEqual(0, got);
            read += got;
        }

        string[] fields = Encoding.ASCII.GetString(line, 0, LineBytes - 1).Split(':');
        return new QueuePairAddress(Hex(fields[1]), Hex(fields[2]), Gid.FromHex(fields[3]), (ushort)Hex(fields[0]));
    }

    private static uint Hex(string digits) => uint.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static int FreeTcpPort()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private static Socket ConnectWhenReady(int tcpPort, ChildProcess server)
    {
        Deadline deadline = Deadline.In(30);
        while (true)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(IPAddress.Loopback, tcpPort);
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose();
                Assert.False(server.HasExited, "ibv_rc_pingpong ended early");
                deadline.Check("ibv_rc_pingpong's port");
            }
        }
    }
}
