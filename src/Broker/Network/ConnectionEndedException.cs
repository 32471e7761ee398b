namespace LogStore.Broker.Network;

/// <summary>The connection has ended for a reason that nobody need be told: it is in the log already, or the client left.</summary>
internal sealed class ConnectionEndedException() : Exception("it was closed");
