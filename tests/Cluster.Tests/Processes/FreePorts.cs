using System.Net;
using System.Net.Sockets;

namespace LogStore.Cluster.Tests.Processes;

/// <summary>Ports of the loopback interface for processes that come and go.</summary>
/// <remarks>
/// Below the range that the system takes ports for outgoing connections from: else one of those could have the port of a
/// broker while that is down.
/// </remarks>
internal static class FreePorts
{
    private const int First = 15_000;
    private const int Last = 32_000;

    private static readonly HashSet<int> Given = [];

    public static int Take()
    {
        lock (Given)
        {
            while (true)
            {
                int port = Random.Shared.Next(First, Last);
                if (Given.Contains(port) || !IsFree(port)) continue;
                Given.Add(port);
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
