using Microsoft.Extensions.Logging;

namespace LogStore.Replicator.Transport.Diagnostics;

/// <summary>What transports tell their logger. Event ids are stable.</summary>
internal static partial class TransportEvents
{
    [LoggerMessage(301, LogLevel.Information, "Broker {BrokerId} listens for replicas on {Listener}")]
    public static partial void Listening(ILogger logger, int brokerId, string listener);

    [LoggerMessage(302, LogLevel.Information, "Link {Generation} to broker {BrokerId} is up over {Transport}")]
    public static partial void LinkUp(ILogger logger, long generation, int brokerId, string transport);

    [LoggerMessage(303, LogLevel.Information, "Link {Generation} to broker {BrokerId} is down: {Reason}")]
    public static partial void LinkDown(ILogger logger, long generation, int brokerId, string reason);

    [LoggerMessage(304, LogLevel.Warning, "There is no link to broker {BrokerId}: {Reason}")]
    public static partial void NoLink(ILogger logger, int brokerId, string reason);

    [LoggerMessage(305, LogLevel.Warning, "Refused a connection from {Address}: {Reason}")]
    public static partial void Refused(ILogger logger, string address, string reason);

    [LoggerMessage(306, LogLevel.Debug, "A connection from {Address} ended before it was a link: {Reason}")]
    public static partial void Ended(ILogger logger, string address, string reason);

    [LoggerMessage(307, LogLevel.Warning, "Cannot accept replicas on {Listener} at the moment")]
    public static partial void AcceptFailed(ILogger logger, string listener, Exception exception);

    [LoggerMessage(308, LogLevel.Error, "What has arrived from broker {BrokerId} was not handled")]
    public static partial void ReceiverFailed(ILogger logger, int brokerId, Exception exception);
}
