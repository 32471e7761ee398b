namespace LogStore.Broker;

/// <summary>Where a broker is in its life.</summary>
public enum BrokerState
{
    /// <summary>Logs are being opened and recovered; nobody is served yet.</summary>
    Starting,

    /// <summary>Requests are served.</summary>
    Ready,

    /// <summary>Requests under way are completed, new connections are refused.</summary>
    Stopping,

    /// <summary>All files are closed.</summary>
    Stopped,
}
