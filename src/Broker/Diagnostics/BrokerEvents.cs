using LogStore.KafkaProtocol;
using Microsoft.Extensions.Logging;

namespace LogStore.Broker.Diagnostics;

/// <summary>What the broker tells its logger. Event ids are stable.</summary>
internal static partial class BrokerEvents
{
    [LoggerMessage(101, LogLevel.Information, "Listening on {Listener}")]
    public static partial void Listening(ILogger logger, string listener);

    [LoggerMessage(102, LogLevel.Information, "Broker {BrokerId} of cluster {ClusterId} serves {Partitions} partitions")]
    public static partial void Ready(ILogger logger, int brokerId, string clusterId, int partitions);

    [LoggerMessage(103, LogLevel.Information, "Broker {BrokerId} is stopping")]
    public static partial void Stopping(ILogger logger, int brokerId);

    [LoggerMessage(104, LogLevel.Debug, "{Connection} has connected")]
    public static partial void Connected(ILogger logger, string connection);

    [LoggerMessage(105, LogLevel.Debug, "{Connection} has ended: {Reason}")]
    public static partial void Disconnected(ILogger logger, string connection, string reason);

    [LoggerMessage(106, LogLevel.Warning, "Closed {Connection}: {What} is malformed: {Reason}")]
    public static partial void MalformedRequest(ILogger logger, string connection, string what, string reason);

    [LoggerMessage(107, LogLevel.Warning, "Closed {Connection}: it asked for API {Api} version {Version}, but {Reason}")]
    public static partial void RefusedApi(ILogger logger, string connection, short api, short version, string reason);

    [LoggerMessage(108, LogLevel.Error, "Closed {Connection}: {Api} version {Version} failed")]
    public static partial void FailedRequest(
        ILogger logger, string connection, ApiKey api, short version, Exception exception);

    [LoggerMessage(109, LogLevel.Warning, "Closed {Connection}: {Reason}")]
    public static partial void Closed(ILogger logger, string connection, string reason);

    [LoggerMessage(110, LogLevel.Error, "Cannot accept connections on {Listener} at the moment")]
    public static partial void AcceptFailed(ILogger logger, string listener, Exception exception);

    [LoggerMessage(111, LogLevel.Error, "Partition {Topic}-{Partition} cannot be used")]
    public static partial void PartitionFailed(ILogger logger, string topic, int partition, Exception exception);

    [LoggerMessage(112, LogLevel.Information, "Created topic {Topic} with {Partitions} partitions")]
    public static partial void CreatedTopic(ILogger logger, string topic, int partitions);

    [LoggerMessage(113, LogLevel.Information, "Deleted topic {Topic}")]
    public static partial void DeletedTopic(ILogger logger, string topic);

    [LoggerMessage(114, LogLevel.Debug, "A health probe was not answered: {Reason}")]
    public static partial void HealthProbeFailed(ILogger logger, string reason);

    [LoggerMessage(115, LogLevel.Warning, "Closed a connection to {Listener} that cannot be served")]
    public static partial void NotServed(ILogger logger, string listener, Exception exception);
}
