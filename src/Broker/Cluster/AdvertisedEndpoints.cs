using System.Net;
using LogStore.Broker.Network;

namespace LogStore.Broker.Cluster;

/// <summary>Where clients reach a broker: its listeners' addresses, or those that it advertises in their place.</summary>
/// <param name="listeners">The listeners, with the ports that they took.</param>
/// <param name="advertised">What is advertised, by protocol; port 0 stands for the listener's.</param>
internal sealed class AdvertisedEndpoints(
    IReadOnlyList<ListenerOptions> listeners, IReadOnlyList<ListenerOptions> advertised)
{
    /// <summary>The addresses, one for each listener.</summary>
    public IReadOnlyList<ListenerOptions> All { get; } =
    [
        .. listeners.Select(
            listener => AddressOf(listener, advertised.FirstOrDefault(other => other.Protocol == listener.Protocol))),
    ];

    /// <summary>The address for whoever came by a connection.</summary>
    public (string Host, int Port) For(ConnectionInfo connection)
    {
        for (int index = 0; index < listeners.Count; index++)
        {
            if (listeners[index].Port == connection.ListenerPort) return (All[index].Host, All[index].Port);
        }

        // A connection within the process has come to none.
        ListenerOptions? other = advertised.FirstOrDefault(each => each.Protocol == connection.Protocol);
        return (other?.Host ?? "localhost", other is { Port: > 0 } ? other.Port : connection.ListenerPort);
    }

    private static ListenerOptions AddressOf(ListenerOptions listener, ListenerOptions? advertised) => listener with
    {
        Host = advertised?.Host ?? HostOf(listener),
        Port = advertised is { Port: > 0 } ? advertised.Port : listener.Port,
    };

    private static string HostOf(ListenerOptions listener)
    {
        bool isAny = listener.Host.Length == 0 ||
            (IPAddress.TryParse(listener.Host, out IPAddress? address) &&
                (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)));
        return isAny ? Dns.GetHostName() : listener.Host;
    }
}
