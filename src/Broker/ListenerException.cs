using System.Net.Sockets;

namespace LogStore.Broker;

/// <summary>The broker cannot listen on an address.</summary>
public sealed class ListenerException : LogStoreException
{
    /// <summary>Makes the error for an address that the system refuses.</summary>
    public ListenerException(ListenerOptions listener, SocketException cause)
        : base($"Cannot listen on {listener}: {cause?.Message}; choose another address or port with --listen.", cause)
    {
    }

    /// <summary>Makes the error for an address that the settings do not allow.</summary>
    public ListenerException(ListenerOptions listener, string reason) : base($"Cannot listen on {listener}: {reason}.")
    {
    }
}
